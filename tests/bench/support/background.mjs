import { spawn } from 'node:child_process'
import { once } from 'node:events'

// Starts a program that says nothing, and lives until `undo` kills it, or
// somebody did before.
export function startInBackground(undo, file, args, { env }) {
  const child = spawn(file, args, { env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  undo.add(() => (child.kill('SIGKILL'), ended))
  return child
}
