// Chromium lets an extension have a WebSocket to this computer.
import { start } from './main.js';
import { openWebSocket } from './web_socket.js';

start(globalThis.chrome, openWebSocket);
