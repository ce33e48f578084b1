// The WebSocket of the Node entry: ws, which also looks at who answers.
import WebSocket from 'ws';
import { BerthError } from '../errors.js';
import { peerOwner } from './peer.js';

const kForbidden = 403;
const kHint =
  'something else has taken the port of this instance: see "berth doctor"';

function notOurs({ host, port }) {
  return new BerthError(
    'untrusted', `no process of this user answers at ${host}:${port}`,
    { hint: kHint });
}

function refused(status, { host, port }) {
  const message = `${host}:${port} answered HTTP ${status} to the hello`;
  if (status !== kForbidden) {
    return new BerthError('untrusted', message, { hint: kHint });
  }
  return new BerthError('denied', message, {
    hint: 'the instance does not know this token, or has too many clients',
  });
}

/**
 * As the browser's WebSocket, but its HTTP request is sent only when the
 * other end of the connection is not known to belong to another user.
 */
export class CheckedWebSocket extends WebSocket {
  #from;
  #to;

  constructor(url, protocols) {
    let held;
    super(url, protocols, {
      perMessageDeflate: false,
      finishRequest: (request) => (held = request),
    });
    this.#finishWhenChecked(held);
    this.on('unexpected-response', (request, response) => {
      request.destroy(refused(response.statusCode, this.#to));
    });
  }

  /**
   * Throws BerthError `untrusted` unless the other end is known, after it
   * has answered, to belong to this user, or the kernel does not tell.
   */
  checkPeer() {
    const owner = peerOwner(this.#from, this.#to);
    if (owner !== 'ours' && owner !== 'unknown') throw notOurs(this.#to);
  }

  #finishWhenChecked(request) {
    request.once('socket', (socket) => {
      socket.once('connect', () => {
        this.#from = { host: socket.localAddress, port: socket.localPort };
        this.#to = { host: socket.remoteAddress, port: socket.remotePort };
        if (peerOwner(this.#from, this.#to) === 'foreign') {
          request.destroy(notOurs(this.#to));
        } else {
          request.end();
        }
      });
    });
  }
}
