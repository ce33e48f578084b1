// What both entries of berth-provider share: EIP-1193 and the errors.

export interface RequestArguments {
  readonly method: string;
  readonly params?: readonly unknown[] | object;
}

export interface ProviderEvents {
  connect: (info: { chainId: string }) => void;
  disconnect: (error: ProviderRpcError) => void;
  chainChanged: (chainId: string) => void;
  accountsChanged: (accounts: string[]) => void;
  message: (message: { type: string; data: unknown }) => void;
}

/**
 * EIP-1193. Its functions may be taken off it. `Info` says whose it is.
 */
export interface Eip1193Provider<Info> {
  readonly info: Info;
  readonly state: 'connecting' | 'ready' | 'gone';
  /**
   * Rejects with a ProviderRpcError. While there is no connection that is 4900
   * at once, with the reason as its `cause`; what was waiting for an answer
   * when a connection was lost fails with 4900 too and is never sent again.
   */
  request(request: RequestArguments): Promise<any>;
  on<E extends keyof ProviderEvents>(
    event: E, listener: ProviderEvents[E]): void;
  once<E extends keyof ProviderEvents>(
    event: E, listener: ProviderEvents[E]): void;
  removeListener<E extends keyof ProviderEvents>(
    event: E, listener: ProviderEvents[E]): void;
  /** Ends everything; leaves no timer, no listener and no handle. */
  close(): void;
}

/** Of both entries; what each of them gives is said at its functions. */
export type BerthErrorCode =
  | 'timeout' // longer than timeoutMs
  | 'closed' // close() was called
  | 'not_running' // the instance has ended, or does not answer
  | 'denied' // it refuses this client; the user chose nothing
  // Node:
  | 'not_found' // no instance of that name
  | 'untrusted' // something else answers at its port
  | 'newer' // its record is of a format this package does not know
  | 'registry' // the registry's directory is not to be trusted
  // Pages:
  | 'popup_blocked' // the browser did not let the window open
  | 'popup_closed' // it was closed before the choice
  | 'coop' // the page's Cross-Origin-Opener-Policy cuts it off
  | 'no_gateway' // berthd does not run, or something else has its port
  | 'ticket' // the gateway did not open the channel
  | 'superseded' // a newer request took the window over
  | 'no_origin' // a file: page or a sandboxed frame
  | 'no_window' // pick() on a server
  // Pages, from the picker:
  | 'locked' // the wallet must be unlocked first
  | 'not_granted' // the grant is gone
  | 'no_profile' // the profile is gone
  | 'restarted' // berthd was, while the user chose
  | 'unavailable'; // the instance or the gateway could not be reached

export class BerthError extends Error {
  readonly code: BerthErrorCode;
  /** What to do. */
  readonly hint: string;
  constructor(
    code: BerthErrorCode,
    message: string,
    options: { hint: string; cause?: unknown },
  );
}

export class ProviderRpcError extends Error {
  /** EIP-1193 or JSON-RPC 2.0. */
  readonly code: number;
  readonly data?: unknown;
  constructor(
    code: number,
    message: string,
    options?: { data?: unknown; cause?: unknown },
  );
}

/** Also right for errors of another copy of this package. */
export function isBerthError(value: unknown): value is BerthError;
export function isProviderRpcError(value: unknown): value is ProviderRpcError;
