// What a browser says of a native messaging host that it cannot start, and what
// a person can do about it. The words are Chromium's and Firefox's.

const kRegister = 'register Berth with this browser: berth browser install';

const kKnown = [
  [/not found|No such native application/i, 'no_host',
    'this browser does not know Berth on this computer', kRegister],
  [/forbidden|permission/i, 'forbidden',
    'Berth on this computer is registered for another extension', kRegister],
  [/^$|Error when communicating|has exited/i, 'ended',
    'Berth\'s program for browsers has ended',
    'see what is wrong: berth doctor'],
];

/** `{code, message, hint}`. `reason`: the browser's, or undefined. */
export function troubleOf(reason = '') {
  for (const [pattern, code, message, hint] of kKnown) {
    if (pattern.test(reason)) return { code, message, hint };
  }
  return {
    code: 'ended',
    message: `Berth's program for browsers cannot be used: ${reason}`,
    hint: 'see what is wrong: berth browser status',
  };
}
