// What the state of a profile means for who wants to choose it.

const choosable = { canChoose: true, canStart: false, advice: null };
const startable = { canChoose: false, canStart: true, advice: null };
const kServing = ['running', 'degraded', 'unresponsive'];
const neither = { canChoose: false, canStart: false };

/**
 * `{word, tone, canChoose, canStart, advice}` of a P; `tone` is a class of
 * base.css's tag. One that does not run can be started, whatever ended it.
 */
export function stateOf({ name, status, state, wallet }) {
  // It runs without a token (a record of level 0), so nobody can be proven to it.
  if (wallet === 'command' && kServing.includes(status))
    return { ...neither, word: 'Not for pages', tone: '', advice: 'It speaks to its own programs only.' };
  if (state === 'locked')
    return { ...neither, word: 'Locked', tone: 'warn', advice: 'Unlock it in the wallet.' };
  switch (status) {
    case 'running':
      return { ...choosable, word: 'Ready', tone: 'good' };
    case 'degraded':
      return { ...choosable, word: 'Unwell', tone: 'warn', advice: 'It says that something it needs is missing.' };
    case 'unresponsive':
      return { ...choosable, word: 'Slow', tone: 'warn', advice: 'It does not answer at the moment.' };
    case 'starting':
      return { ...neither, word: 'Starting', tone: '', advice: null };
    case 'stopping':
      return { ...neither, word: 'Stopping', tone: '', advice: null };
    case 'crashed':
    case 'failed':
      return {
        ...startable,
        word: status === 'crashed' ? 'Crashed' : 'Failed',
        tone: 'bad',
        advice: `It ended by itself; see: berth logs ${name}`,
      };
    default:
      return { ...startable, word: 'Stopped', tone: '' };
  }
}
