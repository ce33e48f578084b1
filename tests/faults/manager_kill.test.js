// berthd is killed at random moments while profiles are started, stopped and
// crash: in the end each is in the state that its policy and the user's last
// word ask for.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { Home, processesOf, ticksOf } from '../launcher/cli/harness.js';
import { figure, rounds } from './support/figure.js';
import { kSeed, randomFrom } from './support/random.js';

const ROUNDS = rounds(12, 200);
// Below the limit at which a crash loop becomes `failed`.
const MOST_KILLS = 3;
const KILL_WINDOW_MS = 10000;

class Profile {
  constructor(home, name, policy) {
    Object.assign(this, { home, name, policy, word: 'none', killed: false, kills: [] });
    this.last = Promise.resolve();
  }
  // What is done to one profile is done in its order; to several, at once.
  then(operation) {
    this.last = this.last.then(operation);
    return this.last;
  }
  async berth(...args) {
    const running = this.home.spawn([...args, this.name, '--timeout', '30s']);
    assert.equal(await running.exit, 0, `${args} ${this.name}: ${running.err}`);
  }
  start() {
    return this.then(async () => {
      await this.berth('start');
      Object.assign(this, { word: 'start', killed: false });
    });
  }
  stop(...how) {
    return this.then(async () => {
      await this.berth('stop', ...how);
      this.word = 'stop';
    });
  }
  // Kills the instance while, or while not, the user stops it.
  kill(stopping) {
    return this.then(async () => {
      const now = Date.now();
      this.kills = this.kills.filter((at) => now - at < KILL_WINDOW_MS);
      if (this.kills.length === MOST_KILLS) return;
      const stop = stopping ? this.berth('stop') : undefined;
      const pid = this.pid();
      if (pid) {
        this.kills.push(now);
        process.kill(pid, 'SIGKILL');
        while (ticksOf(pid) !== undefined) await new Promise(setImmediate);
        this.killed = true;
      }
      await stop;
      if (stopping) this.word = 'stop';
    });
  }
  // Of the live owner of the record.
  pid() {
    try {
      const { pid, start_ticks: ticks } = JSON.parse(fs.readFileSync(this.home.record(this.name), 'utf8'));
      return ticksOf(pid) === ticks ? pid : undefined;
    } catch {
      return undefined;
    }
  }
  shouldRun() {
    return this.word === 'start' && !(this.policy === 'no' && this.killed);
  }
}

function killManager(home) {
  for (const pid of processesOf(home, 'berthd')) process.kill(Number(pid), 'SIGKILL');
}

function randomOperation(profile, random) {
  const choice = Math.floor(random() * 6);
  if (choice <= 1) return profile.start();
  if (choice === 2) return profile.stop();
  if (choice === 3) return profile.stop('--force');
  return profile.kill(choice === 4 && random() < 0.3);
}

async function settled(profiles, home) {
  const end = Date.now() + 60000;
  const wrong = () => {
    const live = profiles.filter((p) => p.pid());
    const off = profiles.filter((p) => Boolean(p.pid()) !== p.shouldRun()).map((p) => p.name);
    const extra = processesOf(home, 'berth-instance').length - live.length;
    return off.length || extra ? `${off} are not as asked, ${extra} processes too many` : '';
  };
  while (wrong() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
  return wrong();
}

test(`berthd killed ${ROUNDS} times (seed ${kSeed}) loses, doubles and undoes nothing`, async (t) => {
  const home = new Home(t, { 'berth-instance': 'berth-instance', berthd: 'berthd', 'berth-talk': 'berth-talk' });
  const first = Number(home.ports.split('-')[0]);
  home.env.BERTH_PORT_RANGE = `${first}-${first + 29}`;
  home.env.BERTH_GATEWAY_PORT = String(first + 30);
  const random = randomFrom(kSeed);
  const policies = ['on-failure', 'always', 'on-failure', 'always', 'no'];
  const profiles = Array.from({ length: 10 }, (_, i) => {
    const policy = policies[i % policies.length];
    home.create(`p${i}`, '--restart', policy);
    return new Profile(home, `p${i}`, policy);
  });
  await Promise.all(profiles.map((profile) => profile.start()));
  const done = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const up = home.spawn(['up']);
    for (let i = 0; i < 3; ++i)
      done.push(randomOperation(profiles[Math.floor(random() * profiles.length)], random));
    // The moment is what is random here.
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    killManager(home);
    await up.exit;
  }
  await Promise.all(done);
  killManager(home);
  assert.equal(home.berth('up').code, 0);
  assert.equal(await settled(profiles, home), '');
  const listed = home.json('list', '--all', '--json');
  for (const profile of profiles) {
    const { status, pid } = listed.find((item) => item.name === profile.name);
    assert.equal(status === 'running', profile.shouldRun(), `${profile.name} ${status} ${profile.policy}`);
    assert.notEqual(status, 'failed', profile.name);
    if (pid) assert.equal(pid, profile.pid());
  }
  figure('berthd killed while profiles start, stop and crash', `${ROUNDS} times: each of 10 is as asked (seed ${kSeed})`);
});
