// Clicks that grant something must be meant: not made by a script, not left
// over from a key that was held or a second click that was on its way to
// something else, and not made before a person could see what they grant.

export const kDeadMs = 500;
export const kLeastWidth = 320;
export const kLeastHeight = 400;

const kPressing = ['Enter', ' '];

/**
 * Judges clicks on granting controls. `now()` in milliseconds; `size()` gives
 * `{width, height}` of the window's inside, in CSS pixels.
 *
 * It is dead for 500 ms after disturb(). A press counts as when it began: one
 * that began while it was dead grants nothing, however long it is held.
 */
export class ClickGuard {
  #now;
  #size;
  #deadUntil;
  #press = null;       // of a key or pointer: 'live', 'dead'; null: none is known
  #afterSpace = false; // a button is clicked by the release of Space

  constructor({ now, size }) {
    this.#now = now;
    this.#size = size;
    this.disturb();
  }

  /** Something moved under the pointer or the focus. */
  disturb() {
    this.#deadUntil = this.#now() + kDeadMs;
    this.#afterSpace = false;
    if (this.#press === 'live') this.#press = 'dead';
  }

  pointerDown() {
    this.#begin();
  }

  keyDown({ key, repeat }) {
    if (!kPressing.includes(key)) return;
    if (repeat) this.#press = 'dead';
    else this.#begin();
  }

  keyUp({ key }) {
    const clean = key === ' ' && this.#press === 'live' && this.isLive();
    this.disturb();
    this.#afterSpace = clean;
    this.#press = null;
  }

  /** Whether a click that began now could grant. */
  isLive() {
    return this.#now() >= this.#deadUntil;
  }

  isLargeEnough() {
    const { width, height } = this.#size();
    return width >= kLeastWidth && height >= kLeastHeight;
  }

  /**
   * Null: the click is meant. Else why not: 'untrusted', 'repeated', 'small' or
   * 'early'. A press is good for one click.
   */
  judge(event) {
    const press = this.#press;
    const live = this.isLive() || this.#afterSpace;
    this.#press = null;
    this.#afterSpace = false;
    if (event.isTrusted !== true) return 'untrusted';
    if (event.repeat || event.detail > 1) return 'repeated';
    if (!this.isLargeEnough()) return 'small';
    return press === 'dead' || !live ? 'early' : null;
  }

  #begin() {
    this.#afterSpace = false;
    this.#press = this.isLive() ? 'live' : 'dead';
  }
}

/**
 * A guard that hears of everything that happens to `window`. `onChange()` is
 * called when it may have become dead, live, small or large.
 */
export function guardWindow(window, onChange) {
  const guard = new ClickGuard({
    now: () => window.performance.now(),
    size: () => ({ width: window.innerWidth, height: window.innerHeight }),
  });
  let timer;
  const disturb = guard.disturb.bind(guard);
  guard.disturb = () => {
    disturb();
    window.clearTimeout(timer);
    timer = window.setTimeout(onChange, kDeadMs + 10);
    onChange();
  };
  const listen = (target, type, listener) =>
    target.addEventListener(type, listener, { capture: true, passive: true });
  for (const type of ['load', 'pageshow', 'focus', 'resize'])
    listen(window, type, (event) => event.target === window && guard.disturb());
  listen(window, 'load', () => guard.disturb());
  listen(window.document, 'visibilitychange', () => guard.disturb());
  listen(window, 'pointerdown', () => guard.pointerDown());
  listen(window, 'keydown', (event) => guard.keyDown(event));
  listen(window, 'keyup', (event) => guard.keyUp(event));
  return guard;
}
