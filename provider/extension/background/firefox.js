// Firefox may ask for a permission before it lets a WebSocket have loopback.
import { start } from './main.js';
import { openTunnel } from './tunnel.js';

start(globalThis.browser, openTunnel);
