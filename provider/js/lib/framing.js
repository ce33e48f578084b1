// JSON-RPC 2.0 in text frames.
import { ProviderRpcError } from './errors.js';

const kInternalError = -32603;

const isObject = (value) => typeof value === 'object' && value !== null;

export const encodeRequest = (id, { method, params }) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params: params ?? [] });

/**
 * One frame of an instance: `{event, params}` for a notification, `{id, error}`
 * or `{id, result}` for an answer, undefined for what is neither.
 */
export function decodeFrame(data) {
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isObject(frame)) return undefined;
  if (typeof frame.method === 'string') {
    return { event: frame.method, params: frame.params };
  }
  if (typeof frame.id !== 'number') return undefined;
  if (frame.error === undefined) return { id: frame.id, result: frame.result };
  return { id: frame.id, error: decodeError(frame.error) };
}

/** JSON-RPC 2.0 section 5.1, and the same shape in `disconnect`. */
export function decodeError(error) {
  const { code, message, data } = isObject(error) ? error : {};
  return new ProviderRpcError(
    Number.isSafeInteger(code) ? code : kInternalError,
    typeof message === 'string' ? message : 'the instance gave no reason',
    { data });
}
