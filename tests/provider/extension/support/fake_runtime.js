// The extension API's `runtime`, with a background that does what a test says.

/** One end of a port, and what was sent there. */
class FakePort {
  sent = [];
  onMessage = { addListener: (listener) => (this.tell = listener) };
  onDisconnect = { addListener: (listener) => (this.end = listener) };

  constructor(name) {
    this.name = name;
  }

  postMessage(message) {
    this.sent.push(message);
  }
}

export class FakeRuntime {
  /** Every port that was opened, the last one last. */
  ports = [];

  connect({ name }) {
    this.ports.push(new FakePort(name));
    return this.port;
  }

  get port() {
    return this.ports.at(-1);
  }
}
