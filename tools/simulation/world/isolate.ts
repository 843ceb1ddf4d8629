import { env } from 'cloudflare:workers'
import type { Reader, ReaderDeps } from '../../../src/edge/reader.ts'
import { newestSnapshot } from '../../../src/ledger/ledger-client.ts'
import { catalogSince } from '../../../src/ledger/store/catalog/catalog-since.ts'
import { FRESHNESS } from './settings.ts'
import type { SimulatedKv } from './kv.ts'
import type { Objects } from './objects.ts'
import { Life } from './schedule.ts'
import type { Surroundings } from './surroundings.ts'

export type MakeReader = (deps: ReaderDeps) => Pick<Reader, 'read'>

/** An isolate somewhere in the world: a memory of its own, and a clock that is a little off. */
export class Isolate {
  readonly life = new Life()
  readonly reader: Pick<Reader, 'read'>
  readonly now: () => number
  /** The highest version that it has shown of each user, and until when it must remember that. */
  readonly shown = new Map<string, { readonly version: number; readonly until: number }>()

  constructor(
    { random, clock, schedule }: Surroundings,
    { kv, objects, makeReader }: { kv: SimulatedKv; objects: Objects; makeReader: MakeReader },
  ) {
    const skewMs = random.of([0, 0, -2000, 2000])
    const ledgers = objects.of(this.life)
    this.now = () => clock.now() + skewMs
    this.reader = makeReader({
      kv: kv.readBy(this.life),
      epoch: 1,
      freshness: FRESHNESS,
      now: this.now,
      ask: (userId, copy) => newestSnapshot(ledgers, userId, copy),
      recorded: (userIds) => Promise.resolve(new Set(userIds)),
      catalogSince: (known) => schedule.real(() => catalogSince(env.DB, known)),
      waitUntil: (work) => void work.catch(() => undefined),
    })
  }
}
