const kMinute = 60;
const kHour = 3600;
const kDay = 86400;

/** As `berth list` writes it: "59 s", "3 min", "47 h", "2 d". Never below 0. */
export function humanDuration(seconds) {
  const count = Math.max(0, Math.floor(seconds));
  if (count < kMinute) return `${count} s`;
  if (count < kHour) return `${Math.floor(count / kMinute)} min`;
  if (count < 48 * kHour) return `${Math.floor(count / kHour)} h`;
  return `${Math.floor(count / kDay)} d`;
}

/**
 * The duration from the RFC 3339 `moment` to `now` (ms), or null where the
 * moment is none.
 */
export function since(moment, now) {
  const start = Date.parse(moment ?? '');
  return Number.isNaN(start) ? null : humanDuration((now - start) / 1000);
}

/**
 * What is left until the RFC 3339 `moment`: "4:59", "0:00" when it is over,
 * null where the moment is none.
 */
export function countdown(moment, now) {
  const end = Date.parse(moment ?? '');
  if (Number.isNaN(end)) return null;
  const left = Math.max(0, Math.ceil((end - now) / 1000));
  const seconds = String(left % kMinute).padStart(2, '0');
  return `${Math.floor(left / kMinute)}:${seconds}`;
}
