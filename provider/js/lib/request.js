import { ProviderRpcError } from './errors.js';

const kInvalidRequest = -32600;

const isObject = (value) => typeof value === 'object' && value !== null;

/** `{method, params}` of what a dApp passed to `request`; throws -32600. */
export function checkRequest(wanted) {
  const { method, params } = isObject(wanted) ? wanted : {};
  if (typeof method !== 'string' || method === '') {
    throw new ProviderRpcError(kInvalidRequest,
      'Expected request({method, params}) with the name of a method');
  }
  if (params !== undefined && !isObject(params)) {
    throw new ProviderRpcError(kInvalidRequest,
      `Expected the params of ${method} to be an array or an object`);
  }
  return { method, params };
}
