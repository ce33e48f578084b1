// Tells the page that this window is there, and sees when its tab is closed.

const kTicksOfSecond = 5;  // ticker.js: 200 ms each
const kFastTicks = 60 * kTicksOfSecond;

/** `here` every second while the page has this window; faster after it left. */
export class Heartbeat {
  #link;
  #picker;
  #close;
  #tick = 0;
  #fastUntil = 0;

  /** `link` is an OpenerLink, `picker` a Picker; `close()` closes the window. */
  constructor(link, picker, close) {
    this.#link = link;
    this.#picker = picker;
    this.#close = close;
  }

  begin() {
    const ticker = new Worker('/assets/ticker.js');
    ticker.onmessage = () => this.tick();
  }

  /** Every 200 ms. */
  tick() {
    this.#tick += 1;
    if (this.#link.closed) this.#close();
    if (!this.#picker.isHeld) return;
    if (!this.#picker.isAway) this.#fastUntil = this.#tick + kFastTicks;
    const isFast = this.#picker.isAway && this.#tick < this.#fastUntil;
    if (isFast || this.#tick % kTicksOfSecond === 0) this.#link.send({ type: 'here' });
  }
}
