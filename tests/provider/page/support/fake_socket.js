// The browser's WebSocket, with the gateway at its other end.

export class FakeSocket {
  readyState = 0;
  sent = [];

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  get ticket() {
    return this.protocols[1].slice('berth.ticket.'.length);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  /** The gateway takes the ticket, and says how the wallet is. */
  accept(state = { state: 'ready', accounts: ['0xa1'], chainId: '0x1' }) {
    this.readyState = 1;
    this.notify('berth_state', state);
  }

  notify(method, params) {
    this.#receive({ method, params });
  }

  answer(result) {
    this.#receive({ id: this.sent.at(-1).id, result });
  }

  /** By the other side. */
  end() {
    this.readyState = 3;
    this.onclose?.({});
  }

  close() {
    this.readyState = 3;
  }

  #receive(frame) {
    this.onmessage({ data: JSON.stringify({ jsonrpc: '2.0', ...frame }) });
  }
}
