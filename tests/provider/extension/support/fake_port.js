// The two ends of a runtime Port. As in a browser, messages are copied and come
// later, and who disconnects hears nothing of it.

function createEvent() {
  const listeners = new Set();
  return {
    addListener: (listener) => listeners.add(listener),
    emit: (payload) => listeners.forEach((listener) => listener(payload)),
  };
}

class FakePort {
  onMessage = createEvent();
  onDisconnect = createEvent();
  isOpen = true;
  other;

  constructor({ name, sender }) {
    this.name = name;
    this.sender = sender;
  }

  postMessage(message) {
    if (!this.isOpen) throw new Error('Attempting to use a disconnected port');
    const copy = JSON.parse(JSON.stringify(message));
    queueMicrotask(() => {
      if (this.other.isOpen) this.other.onMessage.emit(copy);
    });
  }

  disconnect() {
    if (!this.isOpen) return;
    this.isOpen = false;
    queueMicrotask(() => this.other.#seeDisconnected());
  }

  #seeDisconnected() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.onDisconnect.emit(this);
  }
}

/** `[one, other]`. */
export function createPorts(of = {}) {
  const ends = [new FakePort(of), new FakePort(of)];
  [ends[0].other, ends[1].other] = [ends[1], ends[0]];
  return ends;
}

export { createEvent };
