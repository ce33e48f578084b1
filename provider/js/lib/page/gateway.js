// Where the gateway is, and which pages and popups may have to do with it.

const kDefault = 'http://127.0.0.1:18765';

const isLocalName = (host) =>
  host === 'localhost' || host.endsWith('.localhost');

/** Whether a page of this host name may ask loopback without a prompt. */
export const isLoopback = (host) =>
  isLocalName(host) || /^127(\.\d{1,3}){3}$/.test(host) || host === '[::1]';

function parse(url) {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

export class Gateway {
  #url;

  /** Throws a TypeError for what is no http: URL of this machine. */
  constructor(url = kDefault) {
    this.#url = parse(url);
    const { protocol, hostname } = this.#url ?? {};
    if (protocol === 'http:' && isLoopback(hostname)) return;
    throw new TypeError(
      `Expected gateway to be like '${kDefault}', got ${url}`);
  }

  get host() {
    return this.#url.host;
  }

  get channelUrl() {
    return `ws://${this.host}/page`;
  }

  get restoreUrl() {
    return `http://${this.host}/v1/restore`;
  }

  /**
   * The gateway leads on from there. `random`, a label of a host name, is what
   * nobody can have used before: a service worker or a cached page that an
   * earlier program at that port left behind is not asked.
   */
  pickUrl(random) {
    return `http://${random}.localhost:${this.#url.port || 80}/pick`;
  }

  /**
   * Its popup has a host name of its own, new at every start of berthd. What
   * shows itself at `host` is none: a cached page or a service worker that an
   * earlier program at that port left behind.
   */
  isOrigin(origin) {
    const { protocol, hostname, port } = parse(origin) ?? {};
    return protocol === 'http:' && port === this.#url.port &&
      hostname.endsWith('.localhost');
  }
}
