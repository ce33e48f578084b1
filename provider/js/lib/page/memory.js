// What this origin picked, over a reload: names and colours, no secret.
import { toInfo } from './messages.js';

const kKey = 'berth';

function decode(text) {
  const { bound, profiles } = JSON.parse(text) ?? {};
  const infos = Array.isArray(profiles)
    ? profiles.map(toInfo).filter((info) => info !== undefined) : [];
  const isKnown = infos.some(({ rdns }) => rdns === bound);
  return { bound: isKnown ? bound : null, profiles: infos };
}

/** Reads anew each time: other pages of the origin write it too. */
export class Memory {
  #window;

  constructor(window) {
    this.#window = window;
  }

  /**
   * `bound`: the rdns of the profile that the generic provider stands for, or
   * null; `profiles`: [INFO], the last chosen first. Empty where there is no
   * storage or it is damaged.
   */
  read() {
    try {
      return decode(this.#window.localStorage.getItem(kKey));
    } catch {
      return { bound: null, profiles: [] };
    }
  }

  choose(info) {
    const { bound, profiles } = this.read();
    this.#write(
      { bound, profiles: [info, ...this.#without(profiles, info.rdns)] });
  }

  /** What is known of it may have changed; what is not known stays so. */
  refresh(info) {
    const { bound, profiles } = this.read();
    const isSame = ({ rdns }) => rdns === info.rdns;
    this.#write(
      { bound, profiles: profiles.map((old) => (isSame(old) ? info : old)) });
  }

  bind(rdns) {
    this.#write({ ...this.read(), bound: rdns });
  }

  forget(rdns) {
    const { bound, profiles } = this.read();
    this.#write({ bound, profiles: this.#without(profiles, rdns) });
  }

  #without(profiles, rdns) {
    return profiles.filter((info) => info.rdns !== rdns);
  }

  #write(value) {
    try {
      this.#window.localStorage.setItem(kKey, JSON.stringify(value));
    } catch {
      // No storage, or it is full: then a reload has to pick again.
    }
  }
}
