// What happened between two listings.

const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function change(before, after) {
  if (before === undefined) return 'added';
  if (isSame(before, after)) return undefined;
  const died = after.status === 'crashed' && before.status !== 'crashed';
  return died ? 'crashed' : 'changed';
}

/**
 * The events that lead from the instances `before` to `after`, both a Map by
 * name: those that went first, as they were last seen but stopped.
 */
export function differences(before, after) {
  const events = [];
  for (const [name, instance] of before) {
    if (after.has(name)) continue;
    events.push({
      type: 'removed', instance: { ...instance, status: 'stopped' },
    });
  }
  for (const [name, instance] of after) {
    const type = change(before.get(name), instance);
    if (type !== undefined) events.push({ type, instance });
  }
  return events;
}
