/**
 * The key in `window` of what Berth's extension puts there before any script
 * of the page runs: `{announce, pick, restore}` as this package's entry.
 */
export const kInstalled = Symbol.for('app.berth.provider');
