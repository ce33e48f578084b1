const kLoopbackName = /^(?:.+\.)?localhost$/;
const kLoopbackAddress = /^127\.\d+\.\d+\.\d+$/;

/**
 * The parts of an http or https origin written as a browser writes it:
 * `{scheme, host, port, loopback}`, `port` empty where it is the scheme's own.
 * Null for anything else, "null" among it.
 */
export function readOrigin(text) {
  if (typeof text !== 'string' || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.origin !== text || !['http:', 'https:'].includes(url.protocol))
    return null;
  const host = url.hostname;
  return {
    scheme: url.protocol.slice(0, -1),
    host,
    port: url.port,
    loopback:
      kLoopbackName.test(host) || kLoopbackAddress.test(host) || host === '[::1]',
  };
}
