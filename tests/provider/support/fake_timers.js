/** Time that moves only when it is told to; what lib/ calls `timers`. */
export function createFakeTimers() {
  let now = 0;
  let nextId = 1;
  const due = new Map();

  async function advance(ms) {
    const until = now + ms;
    for (;;) {
      // Let what has been resolved so far set its own timers.
      await new Promise((resolve) => setImmediate(resolve));
      const [id, first] = [...due].filter(([, { at }]) => at <= until)
        .sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (first === undefined) break;
      due.delete(id);
      now = first.at;
      first.callback();
    }
    now = until;
  }

  return {
    advance,
    get pending() {
      return due.size;
    },
    now: () => now,
    setTimeout(callback, ms) {
      due.set(nextId, { at: now + ms, callback });
      return nextId++;
    },
    clearTimeout: (id) => due.delete(id),
  };
}
