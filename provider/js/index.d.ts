// berth-provider: lets the user of a web page choose one of the wallet
// instances of the machine, and talks EIP-1193 to it.
import type { Eip1193Provider } from './common.js';

export {
  BerthError, type BerthErrorCode, type Eip1193Provider, isBerthError,
  isProviderRpcError, type ProviderEvents, ProviderRpcError,
  type RequestArguments,
} from './common.js';

export interface Options {
  /**
   * Where berthd's gateway is. Default 'http://127.0.0.1:18765'. The first call
   * on a page decides.
   */
  gateway?: string;
}

/**
 * Makes every dApp that knows EIP-6963 offer "Berth", whose connecting opens
 * the picker, and each further profile that this origin was granted as a wallet
 * of its own. Call it when the page loads. Does nothing on a server, and
 * nothing more when it is called again before its undo, which it returns.
 */
export function announce(options?: Options): () => void;

export interface PickOptions extends Options {
  /** Ends the picking; no effect on a provider that is there. */
  signal?: AbortSignal;
  /** The longest the user may take. Default 300000 ms. */
  timeoutMs?: number;
}

/**
 * Opens the picker in a popup, so it must be called in a click. Resolves with
 * the provider of the profile that the user chooses. Rejects with a BerthError
 * or with the signal's reason.
 */
export function pick(options?: PickOptions): Promise<BerthProvider>;

export interface RestoreOptions extends Options {
  signal?: AbortSignal;
}

/**
 * The provider of what was chosen last, after a reload; null, within 2 s, where
 * there is none to be had without a question. Never prompts. Rejects only with
 * the signal's reason.
 */
export function restore(
  options?: RestoreOptions,
): Promise<BerthProvider | null>;

/** A profile, as an origin sees it that was granted it. */
export interface ProfileInfo {
  /** Stable for this origin, and another for each. */
  readonly rdns: string;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string | null;
  /** A data URI. */
  readonly icon: string | null;
}

/** It follows the profile over restarts of the instance, until `close`. */
export type BerthProvider = Eip1193Provider<ProfileInfo>;
