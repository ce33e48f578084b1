// Whose versions the report tells.
import * as avahi from './avahi.mjs'
import * as epmd from './epmd.mjs'
import * as etcd from './etcd.mjs'
import * as pm2 from './pm2.mjs'
import * as postgres from './postgres.mjs'
import * as supervisor from './supervisor.mjs'
import * as tmux from './tmux.mjs'

export const peers = [epmd, tmux, postgres, supervisor, pm2, etcd, avahi]
