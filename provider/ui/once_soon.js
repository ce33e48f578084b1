/**
 * `act`, once however many ask for it by the function that this gives, and
 * never from inside it.
 */
export function onceSoon(act) {
  let isAwaited = false;
  return () => {
    if (isAwaited) return;
    isAwaited = true;
    queueMicrotask(() => {
      isAwaited = false;
      act();
    });
  };
}
