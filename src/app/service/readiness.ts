import { ensureCatalog } from '../../catalog/catalog-version.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { D1_TIMEOUT_MS, within } from '../../platform/deadline.ts'
import type { DatabaseSize } from '../../platform/database-size.ts'
import { errorText, log } from '../../platform/log.ts'
import type { AppServices } from '../services.ts'

/** How long what was found stands: anybody may ask, and as often as they like. */
const KEPT_MS = 5000

interface ReadinessDeps {
  /** Rejects where something does not answer. */
  readonly look: () => Promise<unknown>
  readonly now: () => Instant
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** What was found out: also that D1 is there and has no tables, or not all. */
type Found = 'ready' | 'not_ready' | 'not_migrated'

const NOT_MIGRATED = /no such (table|column)|apply the migrations/

/** Whether D1 and KV answer. */
export function readinessOf({
  db,
  kv,
  now,
  waitUntil,
}: Pick<AppServices, 'db' | 'kv' | 'now' | 'waitUntil'>) {
  return new Readiness({ look: () => Promise.all([ensureCatalog(db), kv.get('readyz')]), now, waitUntil })
}

/** What of the database an operator should know before it is full, in words. */
export function warningsOf({ warning, percent }: DatabaseSize): readonly string[] {
  if (warning === null) return []
  return [`The database is ${Math.floor(percent)} % full: see docs/operating/limits.md`]
}

/** Whether the service is ready, as it was last found out: one look serves all who ask within five seconds. */
export class Readiness {
  readonly #deps: ReadinessDeps
  #lookedAt = Number.NEGATIVE_INFINITY
  #found: Promise<Found> = Promise.resolve('not_ready')

  constructor(deps: ReadinessDeps) {
    this.#deps = deps
  }

  /** The request that began the look may be gone, and its I/O with it: then nobody waits for longer than D1 may take. */
  async look(): Promise<Found> {
    const { now, waitUntil } = this.#deps
    if (now() - this.#lookedAt >= KEPT_MS) {
      this.#lookedAt = now()
      this.#found = this.#look()
      waitUntil(this.#found)
    }
    return within(D1_TIMEOUT_MS, this.#found).catch(() => 'not_ready' as const)
  }

  async #look(): Promise<Found> {
    try {
      await within(D1_TIMEOUT_MS, this.#deps.look())
      return 'ready'
    } catch (error) {
      const text = errorText(error)
      log('error', 'not_ready', { error: text })
      return NOT_MIGRATED.test(text) ? 'not_migrated' : 'not_ready'
    }
  }
}
