// Command profiles in a scratch home, and what is left of a process group.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ok, portRange, scratch } from '../support/berth.js'

const programs = fileURLToPath(new URL('programs', import.meta.url))
export const server = ['python3', join(programs, 'server.py'), '{port}']
export const program = (name) => join(programs, name)

export function home(t, ports = 20) {
  return scratch(t, { portRange: portRange(ports) })
}

// profile create NAME [OPTIONS] -- ARGV
export function create(h, name, argv, ...options) {
  return ok(h.berth('profile', 'create', name, ...options, '--', ...argv))
}

// Created, started and running: what `berth show` says, and its process group.
export async function started(h, name, argv, ...options) {
  await create(h, name, argv, ...options)
  await ok(h.berth('start', name, '--timeout', '60s'))
  return shown(h, name)
}

export async function shown(h, name) {
  const instance = JSON.parse(await ok(h.berth('show', name, '--json')))
  const record = JSON.parse(readFileSync(join(h.registry, `${name}.json`), 'utf8'))
  return { ...instance, record, group: record.extra.child_pid }
}

export async function rpc(port, method = 'eth_chainId') {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method }),
  })
  return (await response.json()).result
}

export function connects(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy() && resolve(true))
    socket.once('error', () => resolve(false))
  })
}

// Living processes of the group.
export function members(group) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const [state, , pgrp] = text.slice(text.lastIndexOf(')') + 2).split(' ')
        return Number(pgrp) === group && state !== 'Z' && state !== 'X'
      } catch {
        return false // ended meanwhile
      }
    })
    .map(Number)
}

// Where a program waits until the test writes.
export function fifo(h, name) {
  const path = join(h.home, name)
  execFileSync('mkfifo', ['-m', '600', path])
  return path
}

// Looks every few milliseconds: a process group gives no event.
export async function until(condition, what, limit = 30_000) {
  const end = Date.now() + limit
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
