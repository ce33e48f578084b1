import { join } from 'node:path'
import { bin, ok, run } from '../../support/berth.js'

// `berth browser install` for the Chromium of this home.
export const register = (home) => ok(run(join(bin, 'berth'), ['browser', 'install'], { env: home.env }))
