// JSON for people to read: every number as it was written.
const kToken = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * As JSON.parse, but a number that a double would change (beyond 2^53, or with
 * more digits than it holds) is given as a string of what was written. What a
 * person is asked to sign must not be rounded on the way to the screen.
 */
export function parseExactly(text) {
  return JSON.parse(text.replace(kToken, exact));
}

function exact(token) {
  if (token[0] === '"' || String(Number(token)) === token) return token;
  return token.length > 15 || !Number.isSafeInteger(Number(token))
    ? `"${token}"`
    : token;
}
