// The shapes of what a page may say: README.md, "Page and background".

const kMaxName = 256;

const isShort = (value) =>
  typeof value === 'string' && value !== '' && value.length <= kMaxName;

const kShapes = {
  link: () => true,
  ask: ({ id, want, rdns }) =>
    isShort(id) && (want === 'choose' || (want === 'resume' && isShort(rdns))),
  withdraw: ({ id }) => isShort(id),
  rpc: ({ rdns, text }) => isShort(rdns) && typeof text === 'string',
  close: ({ rdns }) => isShort(rdns),
};

/** A message in its right shape, or undefined. */
export function decodePageMessage(text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { type } = message ?? {};
  if (!Object.hasOwn(kShapes, type) || !kShapes[type](message)) {
    return undefined;
  }
  return message;
}
