// Clicks that grant something must be meant: not made by a script, not left
// over from a key that was held or a second click that was on its way to
// something else, and not made before a person could see what they grant.

export const kDeadMs = 500;
export const kLeastWidth = 320;
export const kLeastHeight = 400;

const kPressing = ['Enter', ' '];

/**
 * Judges clicks on granting controls. `now()` in milliseconds; `size()` gives
 * `{width, height}` of the window's inside, in CSS pixels; `onDisturb()` is
 * called after each disturb().
 *
 * It is dead for 500 ms after disturb(). A press counts as when it began: one
 * that began while it was dead grants nothing, however long it is held.
 */
export class ClickGuard {
  #now;
  #size;
  #onDisturb;
  #deadUntil;
  #press = null;       // of a key or pointer: 'live', 'dead'; null: none is known
  #afterSpace = false; // a button is clicked by the release of Space

  constructor({ now, size, onDisturb = () => {} }) {
    this.#now = now;
    this.#size = size;
    this.#onDisturb = onDisturb;
    this.#deadUntil = now() + kDeadMs;
  }

  /** Something moved under the pointer or the focus. */
  disturb() {
    this.#deadUntil = this.#now() + kDeadMs;
    this.#afterSpace = false;
    if (this.#press === 'live') this.#press = 'dead';
    this.#onDisturb();
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
 * called when it has become dead, and when 500 ms are over.
 */
export function guardWindow(window, onChange) {
  let timer;
  const settle = (ms) => {
    timer = window.setTimeout(() => {
      if (guard.isLive()) onChange();
      else settle(1);  // browsers round their clocks: a timer may end before them
    }, ms);
  };
  const guard = new ClickGuard({
    now: () => window.performance.now(),
    size: () => ({ width: window.innerWidth, height: window.innerHeight }),
    onDisturb: () => {
      window.clearTimeout(timer);
      settle(kDeadMs);
      onChange();
    },
  });
  const before = { capture: true, passive: true };  // before anybody else hears
  // Not captured: those of the window itself, not of images and fields.
  for (const type of ['load', 'pageshow', 'focus', 'resize'])
    window.addEventListener(type, () => guard.disturb());
  window.document.addEventListener('visibilitychange', () => guard.disturb(), before);
  window.addEventListener('pointerdown', () => guard.pointerDown(), before);
  window.addEventListener('keydown', (event) => guard.keyDown(event), before);
  window.addEventListener('keyup', (event) => guard.keyUp(event), before);
  return guard;
}
