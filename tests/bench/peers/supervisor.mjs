// supervisord with `count` programs, asked over its socket.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installed, output, until } from '../support/machine.mjs'
import { scratchDirectory } from '../support/programs.mjs'

export const who = 'supervisor'
export const missing = () => installed('supervisord') ? undefined : 'supervisord is not installed'
export const version = () => output(['supervisord', '--version']).trim()

const program = (name) => `
[program:${name}]
command=sleep infinity
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE`

const configuration = (directory, count) => `
[supervisord]
nodaemon=true
logfile=${join(directory, 'log')}
pidfile=${join(directory, 'pid')}
childlogdir=${directory}
minfds=1024
[unix_http_server]
file=${join(directory, 'socket')}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${join(directory, 'socket')}
${Array.from({ length: count }, (_, i) => program(`p${i}`)).join('\n')}
`

// How many it says are running; it exits with 3 where one is not, and with 4
// before it answers.
function running(command) {
  const { stdout } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' })
  return stdout.split('RUNNING').length - 1
}

export async function list(undo, count) {
  const directory = scratchDirectory(undo)
  const file = join(directory, 'supervisord.conf')
  writeFileSync(file, configuration(directory, count))
  const child = spawn('supervisord', ['-c', file], { cwd: directory, stdio: 'ignore' })
  const ended = once(child, 'exit')
  undo.add(() => (child.kill(), ended))
  const command = ['supervisorctl', '-c', file, 'status']
  await until('supervisor has started all', () => running(command) === count, 100)
  return { command }
}
