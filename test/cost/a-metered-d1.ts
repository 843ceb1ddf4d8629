import { env } from 'cloudflare:workers'
import { countedD1 } from './counted-d1.ts'
import { Meter } from './counts.ts'

/** The D1 of the test, with a meter of its own. */
export function aMeteredD1() {
  const meter = new Meter()
  return { d1: countedD1(env.DB, { meter, isOfObject: false }), meter }
}
