import type { Instant } from '../domain/instant.ts'
import type { Snapshot } from '../domain/snapshot.ts'
import { within } from '../ledger/deadline.ts'
import type { CopyFound } from '../ledger/ledger-client.ts'
import { errorText, log } from '../ledger/log.ts'
import { snapshotKey, storedToSnapshot } from '../ledger/stored-snapshot.ts'
import { type Demand, type Freshness, isAgeing, mayAnswer, mayAnswerDegraded } from './freshness.ts'
import { SnapshotMemory } from './snapshot-memory.ts'

/** KV’s own cache in a data centre; it takes no less (https://developers.cloudflare.com/kv/api/read-key-value-pairs/). */
const KV_CACHE_TTL_SECONDS = 30

export interface ReaderDeps {
  readonly kv: KVNamespace
  readonly epoch: number
  readonly freshness: Freshness
  readonly now: () => Instant
  /** Asks the user's object, telling it what copy was found. */
  readonly ask: (userId: string, copy: CopyFound) => Promise<Snapshot>
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** What a snapshot says of the question at hand. */
export interface Evaluation<Answer> {
  (snapshot: Snapshot, now: Instant): { readonly answer: Answer; readonly isYes: boolean }
}

/** An answer, where it came from and how fresh it is. */
export interface Reading<Answer> {
  readonly answer: Answer
  readonly version: number
  /** When the user's object confirmed the version as the newest. */
  readonly asOf: Instant
  readonly source: 'memory' | 'kv' | 'ledger'
  /** The object did not answer, and this "yes" is older than it should be. */
  readonly degraded: boolean
}

/** The ledger did not answer, and no copy may answer in its place. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable'
}

/** The ledger has not reached the version that was asked for. */
export class VersionUnknown extends Error {
  override readonly name = 'VersionUnknown'
  readonly version: number

  constructor(version: number) {
    super(`The newest version is ${version}`)
    this.version = version
  }
}

/** Reads a user's snapshot from memory, else KV, else the user's object, as fresh as the question demands. */
export class Reader {
  readonly #deps: ReaderDeps
  readonly #memory: SnapshotMemory
  readonly #flights = new Map<string, Promise<Snapshot>>()

  constructor(deps: ReaderDeps) {
    this.#deps = deps
    this.#memory = new SnapshotMemory(deps.freshness.staleIfErrorMs)
  }

  /** The answer of this isolate’s memory, `null` when it has to be looked for. Waits for nothing. */
  remembered<Answer>(userId: string, demand: Demand, evaluate: Evaluation<Answer>): Reading<Answer> | null {
    const { freshness, now } = this.#deps
    const moment = now()
    const known = this.#memory.get(userId, moment)
    if (known === null || moment - known.askedAt >= freshness.memoryMaxAgeMs) return null
    return this.#readingOf(known.snapshot, 'memory', demand, evaluate)
  }

  /** Throws `LedgerUnavailable` or `VersionUnknown`. */
  async read<Answer>(userId: string, demand: Demand, evaluate: Evaluation<Answer>): Promise<Reading<Answer>> {
    const remembered = this.remembered(userId, demand, evaluate)
    if (remembered !== null) return remembered

    const copy = await this.#copy(userId, demand)
    const fromCopy = copy === null ? null : this.#readingOf(copy.snapshot, copy.source, demand, evaluate)
    if (fromCopy !== null) return fromCopy

    try {
      const snapshot = await this.#newest(userId, demand, copy?.snapshot.confirmedAt ?? 'none')
      if (snapshot.version < demand.minVersion) throw new VersionUnknown(snapshot.version)
      return toReading(snapshot, 'ledger', evaluate(snapshot, this.#deps.now()).answer)
    } catch (error) {
      if (error instanceof VersionUnknown) throw error
      log('error', 'ledger_did_not_answer', { error: errorText(error) })
      const degraded = copy === null ? null : this.#degraded(copy, demand, evaluate)
      if (degraded === null) throw new LedgerUnavailable('No answer and no copy', { cause: error })
      return degraded
    }
  }

  #readingOf<Answer>(
    snapshot: Snapshot,
    source: 'memory' | 'kv',
    demand: Demand,
    evaluate: Evaluation<Answer>,
  ): Reading<Answer> | null {
    const { freshness, now } = this.#deps
    const moment = now()
    const { answer, isYes } = evaluate(snapshot, moment)
    if (!mayAnswer(snapshot, isYes, demand, freshness, moment)) return null
    if (isAgeing(snapshot, freshness, moment)) this.#refresh(snapshot)
    return toReading(snapshot, source, answer)
  }

  #degraded<Answer>(
    { snapshot, source }: Copy,
    demand: Demand,
    evaluate: Evaluation<Answer>,
  ): Reading<Answer> | null {
    const { freshness, now } = this.#deps
    const moment = now()
    const { answer, isYes } = evaluate(snapshot, moment)
    if (!mayAnswerDegraded(snapshot, isYes, demand, freshness, moment)) return null
    return { ...toReading(snapshot, source, answer), degraded: true }
  }

  /** The newest copy at hand: of memory while it need not ask KV again, else the newer of both. */
  async #copy(userId: string, { strong }: Demand): Promise<Copy | null> {
    if (strong) return null
    const { freshness, now } = this.#deps
    const known = this.#memory.get(userId, now())
    if (known !== null && now() - known.askedAt < freshness.memoryMaxAgeMs) {
      return { snapshot: known.snapshot, source: 'memory' }
    }
    const found = await this.#fromKv(userId)
    const newest = found ?? known?.snapshot
    if (newest === undefined) return null
    const snapshot = this.#memory.take(newest, now())
    return { snapshot, source: snapshot === found ? 'kv' : 'memory' }
  }

  /** A KV that fails is a KV that has nothing. */
  async #fromKv(userId: string): Promise<Snapshot | null> {
    const { kv, epoch } = this.#deps
    try {
      const stored = await kv.get(snapshotKey(epoch, userId), {
        type: 'json',
        cacheTtl: KV_CACHE_TTL_SECONDS,
      })
      return storedToSnapshot(stored, epoch, userId)
    } catch (error) {
      log('warn', 'kv_did_not_answer', { error: errorText(error) })
      return null
    }
  }

  /** What the object says now; or, unless the demand is strict, what it is saying to somebody else just now. */
  async #newest(userId: string, demand: Demand, copy: CopyFound): Promise<Snapshot> {
    const { checkTimeoutMs } = this.#deps.freshness
    const inFlight = demand.strong ? undefined : this.#flights.get(userId)
    if (inFlight !== undefined) {
      const snapshot = await within(checkTimeoutMs, inFlight)
      if (snapshot.version >= demand.minVersion) return snapshot
    }
    return within(checkTimeoutMs, this.#fly(userId, demand.strong ? 'not looked for' : copy))
  }

  #fly(userId: string, copy: CopyFound): Promise<Snapshot> {
    const { ask, now, waitUntil } = this.#deps
    const flight = ask(userId, copy)
      .then((snapshot) => this.#memory.take(snapshot, now()))
      .finally(() => {
        if (this.#flights.get(userId) === flight) this.#flights.delete(userId)
      })
    this.#flights.set(userId, flight)
    // Others may be waiting for it too: it must not end when the caller who started it hangs up.
    waitUntil(flight.catch(() => undefined))
    return flight
  }

  #refresh({ userId, confirmedAt }: Snapshot): void {
    if (this.#flights.has(userId)) return
    this.#fly(userId, confirmedAt).catch((error: unknown) => {
      log('warn', 'refresh_failed', { error: errorText(error) })
    })
  }
}

interface Copy {
  readonly snapshot: Snapshot
  readonly source: 'memory' | 'kv'
}

function toReading<Answer>(
  { version, confirmedAt }: Snapshot,
  source: Reading<Answer>['source'],
  answer: Answer,
): Reading<Answer> {
  return { answer, version, asOf: confirmedAt, source, degraded: false }
}
