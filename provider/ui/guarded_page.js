// A page with controls that grant something.
import { guardWindow } from './guarded_click.js';

const kHintMs = 4000;
const kHints = {
  early: 'That was too quick after a change. Look again, then choose.',
  small: 'Make this window larger first.',
};

/**
 * Makes the listeners of its controls, and says why a press did nothing.
 * `draw()` is called when what it shows has changed.
 */
export class GuardedPage {
  /** What to say to the person, beside the buttons. */
  hint = '';
  #window;
  #draw;
  #guard;
  #timer;

  constructor(window, draw) {
    this.#window = window;
    this.#draw = draw;
    this.#guard = guardWindow(window, draw);
  }

  get isLargeEnough() {
    return this.#guard.isLargeEnough();
  }

  /** Something moved under the pointer or the focus. */
  disturb() {
    this.#guard.disturb();
  }

  /** A granting control's listener: a click that was not meant is dropped. */
  granting(handler) {
    return (event) => {
      const refusal = this.#guard.judge(event);
      if (refusal === null) handler();
      else if (kHints[refusal]) this.#say(kHints[refusal]);
    };
  }

  /** Every other control's: only what a script does is dropped. */
  trusted(handler) {
    return (event) => event.isTrusted && handler(event);
  }

  /** Whether granting controls are dead, as classes of the body. */
  mark() {
    const { classList } = this.#window.document.body;
    classList.toggle('settling', !this.#guard.isLive());
    classList.toggle('too-small', !this.isLargeEnough);
  }

  #say(text) {
    this.#window.clearTimeout(this.#timer);
    this.#timer = this.#window.setTimeout(() => this.#say(''), kHintMs);
    if (this.hint === text) return;
    this.hint = text;
    this.#draw();
  }
}
