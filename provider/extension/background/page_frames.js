// JSON-RPC 2.0 as the other side of ../../js/lib/framing.js has it.

/** `{id, method, params}` of a request; undefined for what is none. */
export function decodePageFrame(text) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { id, method, params } = frame ?? {};
  if (typeof id !== 'number' || typeof method !== 'string') return undefined;
  return { id, method, params };
}

export const encodeEvent = (method, params) =>
  JSON.stringify({ jsonrpc: '2.0', method, params });

/** `answer`: `{result}` or `{error}`. A result that is not there is null. */
export const encodeAnswer = (id, { result = null, error }) =>
  JSON.stringify(error
    ? { jsonrpc: '2.0', id, error } : { jsonrpc: '2.0', id, result });
