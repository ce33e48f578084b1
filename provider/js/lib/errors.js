// The two kinds of error this package throws. Both are recognised by a symbol
// of the global registry, so that it also works for an error that was made by
// another copy of this package or in another realm.

const kind = Symbol.for('berth-provider.error');

/** What went wrong between the dApp and an instance, and what to do. */
export class BerthError extends Error {
  name = 'BerthError';
  [kind] = 'berth';

  /**
   * @param {string} code one of the codes listed in the .d.ts
   * @param {string} message what happened, to which subject
   * @param {{hint: string, cause?: unknown}} options hint: what to do
   */
  constructor(code, message, { hint, cause }) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** EIP-1193 "Errors": what `request` rejects with. */
export class ProviderRpcError extends Error {
  name = 'ProviderRpcError';
  [kind] = 'rpc';

  /**
   * @param {number} code of EIP-1193 or JSON-RPC 2.0
   * @param {string} message
   * @param {{data?: unknown, cause?: unknown}} [options]
   */
  constructor(code, message, { data, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (data !== undefined) this.data = data;
  }
}

export const isBerthError = (value) => value?.[kind] === 'berth';
export const isProviderRpcError = (value) => value?.[kind] === 'rpc';

/** EIP-1193 code 4900: the provider is disconnected from all chains. */
export const kDisconnected = 4900;

export const disconnected = (message, cause) =>
  new ProviderRpcError(kDisconnected, message, { cause });
