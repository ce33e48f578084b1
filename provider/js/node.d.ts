// berth-provider/node: finds the wallet instances of this user on this machine
// in the registry, and talks EIP-1193 to one of them.
import type { Eip1193Provider } from './common.js';

export {
  BerthError, type BerthErrorCode, type Eip1193Provider, isBerthError,
  isProviderRpcError, type ProviderEvents, ProviderRpcError,
  type RequestArguments,
} from './common.js';

export type InstanceStatus = 'running' | 'crashed' | 'stopped' | 'unknown';

/** One wallet instance, as its record and the kernel tell. */
export interface Instance {
  /** The profile: what names an instance over restarts. */
  readonly name: string;
  /**
   * `crashed`: it ended without taking its record back. `stopped`: the same,
   * because the machine went down. `unknown`: cannot be told, see `reason`.
   */
  readonly status: InstanceStatus;
  /** UUID v4, new at every start. */
  readonly id: string | null;
  readonly pid: number | null;
  readonly port: number | null;
  readonly url: string | null;
  readonly wsUrl: string | null;
  /** `0x...` */
  readonly chainId: string | null;
  readonly title: string | null;
  readonly color: string | null;
  /** A data URI. */
  readonly icon: string | null;
  readonly software: { readonly name: string; readonly version: string } | null;
  /** UTC, RFC 3339. */
  readonly startedAt: string | null;
  readonly level: 0 | 1 | 2 | null;
  readonly state: 'ready' | 'locked' | null;
  /** Why the record cannot be used, where it cannot. */
  readonly reason: string | null;
}

export interface RegistryOptions {
  /**
   * The registry. Default: $BERTH_REGISTRY, else $BERTH_HOME/run/instances,
   * else $XDG_STATE_HOME/berth/run/instances.
   */
  directory?: string;
}

export interface ListOptions extends RegistryOptions {
  /** With the stopped ones. Default false. */
  all?: boolean;
}

/** The wallet instances, by name. Rejects with BerthError `registry`. */
export function instances(options?: ListOptions): Promise<Instance[]>;

export type WatchEvent =
  | {
      readonly type: 'added' | 'changed' | 'removed' | 'crashed';
      readonly instance: Instance;
    }
  /** The registry cannot be read now; the watch goes on. */
  | { readonly type: 'error'; readonly error: Error };

export interface WatchOptions extends ListOptions {
  /** Ends the watch. */
  signal?: AbortSignal;
}

/**
 * Calls `onEvent` for each change, the present state first as `added`; never
 * before it has returned. A new or withdrawn instance shows at once, a death
 * within 500 ms. Returns its undo; until then it keeps the process alive.
 * Throws BerthError `registry`.
 */
export function watch(
  options: WatchOptions,
  onEvent: (event: WatchEvent) => void,
): () => void;

export interface ConnectOptions extends RegistryOptions {
  /** Ends the connecting; no effect on a provider that is there. */
  signal?: AbortSignal;
  /** The longest the first connection may take. Default 10000 ms. */
  timeoutMs?: number;
  /**
   * Instead of the built-in one. The instance's proof is checked all the same,
   * but not which user its process belongs to.
   */
  webSocket?: new (url: string, protocols: string[]) => object;
}

/**
 * Connects to the instance of this profile. Rejects with a BerthError
 * (`not_found`, `not_running`, `untrusted`, `denied`, `newer`, `timeout`,
 * `registry`) or with the signal's reason.
 */
export function connect(
  name: string,
  options?: ConnectOptions,
): Promise<BerthProvider>;

export interface ProviderInfo {
  readonly name: string;
  readonly id: string;
  readonly title: string | null;
  readonly color: string | null;
  readonly icon: string | null;
  readonly software: { readonly name: string; readonly version: string } | null;
}

/** It follows the profile over restarts of the instance, until `close`. */
export type BerthProvider = Eip1193Provider<ProviderInfo>;
