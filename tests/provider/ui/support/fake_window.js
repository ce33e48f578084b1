function fakeClassList() {
  const classes = new Set();
  return {
    toggle: (name, isOn) => (isOn ? classes.add(name) : classes.delete(name)),
    contains: (name) => classes.has(name),
  };
}

/** What guards know of a window; its time moves by `pass(ms)` alone. */
export function fakeWindow(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const window = new EventTarget();
  const world = { time: 0 };
  return Object.assign(window, {
    document: Object.assign(new EventTarget(), { body: { classList: fakeClassList() } }),
    performance: { now: () => world.time },
    innerWidth: 420,
    innerHeight: 640,
    setTimeout,
    clearTimeout,
    pass(ms) {
      world.time += ms;
      t.mock.timers.tick(ms);
    },
  });
}
