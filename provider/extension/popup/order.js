const kRunning = ['running', 'unresponsive', 'starting', 'stopping'];

/** `profiles`, those that run first, else as they were. */
export function runningFirst(profiles) {
  const runs = ({ status }) => kRunning.includes(status);
  return [...profiles.filter(runs), ...profiles.filter((each) => !runs(each))];
}
