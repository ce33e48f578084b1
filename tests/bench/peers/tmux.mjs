// Named sessions in one server, asked over its socket.
import { join } from 'node:path'
import { installed, output } from '../support/machine.mjs'
import { scratchDirectory } from '../support/programs.mjs'

export const who = 'tmux'
export const missing = () => installed('tmux') ? undefined : 'tmux is not installed'
export const version = () => output(['tmux', '-V']).trim()

export function list(undo, count) {
  const tmux = ['tmux', '-f', '/dev/null', '-S', join(scratchDirectory(undo), 'socket')]
  const call = (...words) => output([...tmux, ...words])
  undo.add(() => call('kill-server'))
  for (let i = 0; i < count; ++i) call('new-session', '-d', '-s', `p${i}`, 'sleep infinity')
  return { command: [...tmux, 'ls'] }
}
