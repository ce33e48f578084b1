// The shapes of what comes from outside: messages of the popup, answers of the
// gateway, what localStorage holds.

const isText = (value) => typeof value === 'string' && value !== '';
const isObject = (value) => typeof value === 'object' && value !== null;
const isTicket = (value) => isText(value) && /^[\w-]+$/.test(value);
const orNull = (isIt) => (value) => value === null || isIt(value);

const isColor = orNull((value) => /^#[\da-f]{6}$/i.test(value));
const isIcon =
  orNull((value) => isText(value) && value.startsWith('data:image/'));
// Also the id of a wagmi connector, and a key of its storage.
const isRdns = (value) => isText(value) && /^[a-z\d.-]{1,253}$/.test(value);

/** INFO as a frozen object of its four fields; undefined if it is none. */
export function toInfo(value) {
  const { rdns, name, color = null, icon = null } =
    isObject(value) ? value : {};
  const isInfo =
    isRdns(rdns) && isText(name) && isColor(color) && isIcon(icon);
  return isInfo ? Object.freeze({ rdns, name, color, icon }) : undefined;
}

/** `{info, mode, ticket}` of what was picked or restored, or undefined. */
export function toPicked({ info, mode, ticket }) {
  const valid = toInfo(info);
  if (valid === undefined) return undefined;
  if (mode === 'relay') return { info: valid, mode };
  if (mode !== 'direct' || !isTicket(ticket)) return undefined;
  return { info: valid, mode, ticket };
}

const kShapes = {
  welcome: ({ id }) => isText(id),
  picked: ({ id, ...picked }) => isText(id) && toPicked(picked) !== undefined,
  denied: ({ id }) => isText(id),
  failed: ({ id, code, message, hint }) =>
    isText(id) && [code, message, hint].every(isText),
  linked: ({ id }) => isText(id),
  rpc: ({ rdns, text }) => isRdns(rdns) && isText(text),
  lost: ({ rdns }) => isRdns(rdns),
  here: () => true,
};

/** A message of the popup in its right shape, or undefined. */
export function decodeMessage(data) {
  if (!isObject(data) || data.berth !== 1) return undefined;
  if (!Object.hasOwn(kShapes, data.type)) return undefined;
  return kShapes[data.type](data) ? data : undefined;
}
