// A worker that ticks: the timers of a window that is hidden are slowed down to
// one a minute, and a page that was loaded anew waits for our sign of life.
const kTickMs = 200;
setInterval(() => postMessage(null), kTickMs);
