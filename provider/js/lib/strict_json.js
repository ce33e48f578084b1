const kToken = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

// `text` is known to be JSON, so a string before a colon is a key.
function checkShape(text, maxDepth) {
  const open = [];
  let string;
  for (const [token] of text.matchAll(kToken)) {
    if (token === '{' || token === '[') {
      if (open.length === maxDepth) return `nested deeper than ${maxDepth}`;
      open.push(new Set());
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      const key = JSON.parse(string);
      if (open.at(-1).has(key)) return `duplicate key ${string}`;
      open.at(-1).add(key);
    } else {
      string = token;
    }
  }
  return undefined;
}

/**
 * JSON from outside, UTF-8 `bytes`: refuses what JSON.parse lets through,
 * which is duplicate keys and deep nesting. Gives `{value}` or `{problem}`.
 */
export function parseStrictJson(bytes, maxDepth) {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = decoder.decode(bytes);
    const value = JSON.parse(text);
    const problem = checkShape(text, maxDepth);
    return problem === undefined ? { value } : { problem };
  } catch (error) {
    return { problem: error.message };
  }
}
