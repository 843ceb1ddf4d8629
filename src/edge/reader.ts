import type { Catalog } from '../domain/catalog/catalog.ts'
import type { Snapshot } from '../domain/user/snapshot.ts'
import type { FeatureKey, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { CopyState } from '../ledger/ledger-client.ts'
import type { ConfirmedCatalog } from '../ledger/stored-catalog.ts'
import { within } from '../platform/deadline.ts'
import { Flights } from '../platform/flights.ts'
import { errorText, log } from '../platform/log.ts'
import type { AccessRules } from './access-rules.ts'
import type { CatalogReader, CatalogReaderDeps } from './catalog-reader.ts'
import { type Demand, type Freshness, isAgeing, mayAnswer, mayAnswerDegraded } from './freshness.ts'
import { KvCopies } from './kv-copies.ts'
import { type Copy, LookUp } from './look-up.ts'
import { type Evaluation, type Question, type SnapshotReading, aloneBy, readingBy } from './reading.ts'
import { featuresBehind } from './features-behind.ts'
import { LedgerUnavailable, VersionUnknown, expectCatalog } from './refusals.ts'
import { SnapshotMemory } from './snapshot-memory.ts'

export interface ReaderDeps {
  readonly kv: KVNamespace
  readonly epoch: number
  readonly freshness: Freshness
  readonly now: () => Instant
  /** Asks the user's object, telling it what copy was found. */
  readonly ask: (userId: UserId, copy: CopyState, features?: readonly FeatureKey[]) => Promise<Snapshot>
  /** Of which of these users anything is recorded by now. */
  readonly recorded: (userIds: readonly UserId[]) => Promise<ReadonlySet<string>>
  readonly catalogSince: CatalogReaderDeps['catalogSince']
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** Where catalogs are found, and the rules that decide by them. */
interface Known {
  readonly catalogs: CatalogReader
  readonly rules: AccessRules
}

/** Reads a user's snapshot from memory, else KV, else the user's object, as fresh as the question demands. */
export class Reader {
  readonly #deps: ReaderDeps
  readonly #memory: SnapshotMemory
  readonly #copies: KvCopies
  readonly #ofObject: Flights<Snapshot>
  #known: Known | null = null

  constructor(deps: ReaderDeps) {
    this.#deps = deps
    this.#memory = new SnapshotMemory(deps.freshness)
    const timeoutMs = deps.freshness.checkTimeoutMs
    this.#copies = new KvCopies(deps, timeoutMs)
    this.#ofObject = new Flights({ ...deps, timeoutMs })
  }

  /** The answer of this isolate’s memory, `null` when it has to be looked for. Asks nobody, and so never waits. */
  remembered<Answer>(
    userId: UserId,
    demand: Demand,
    evaluation: Evaluation<Answer>,
  ): SnapshotReading<Answer> | null {
    const moment = this.#deps.now()
    if (this.#known === null) return null
    const { catalogs, rules } = this.#known
    const catalog = catalogs.remembered(moment)
    if (catalog === null || catalog.catalog.version < demand.minCatalogVersion) return null
    const question = { catalog, rules, demand, evaluation, moment }
    const alone = aloneBy(question, userId)
    if (alone !== null) return alone
    const snapshot = this.#atHand(userId, moment)
    return snapshot === null ? null : this.#readingOf({ snapshot, source: 'memory' }, question)
  }

  /** Throws `LedgerUnavailable` or `VersionUnknown`. */
  async read<Answer>(
    userId: UserId,
    demand: Demand,
    evaluation: Evaluation<Answer>,
  ): Promise<SnapshotReading<Answer>> {
    const remembered = this.remembered(userId, demand, evaluation)
    if (remembered !== null) return remembered

    return this.readingFrom(await this.lookFor(userId, demand), demand, evaluation)
  }

  /** The catalog that a check would be decided by. Throws `LedgerUnavailable`. */
  async catalog(): Promise<Catalog> {
    const { catalog } = await this.#findCatalog(0)
    if (catalog === null) throw new LedgerUnavailable('No catalog')
    return catalog.catalog
  }

  /** Takes in the catalog as D1 has just told it. */
  async learnCatalog(confirmed: ConfirmedCatalog): Promise<void> {
    const { catalogs } = this.#known ?? (await this.#know())
    catalogs.learn(confirmed)
  }

  /** Has KV asked at once for those of many users who are to be looked for and are not remembered. */
  askKvForMany(userIds: readonly UserId[]): void {
    const moment = this.#deps.now()
    this.#copies.askForMany(userIds.filter((userId) => this.#atHand(userId, moment) === null))
  }

  /** Looks for a copy of a user, who is asked for as fresh as that, and beside it for the catalog. */
  async lookFor(userId: UserId, demand: Demand): Promise<LookUp> {
    const [copy, ofCatalog] = await Promise.all([
      this.#copy(userId, demand),
      this.#findCatalog(demand.minCatalogVersion),
    ])
    return new LookUp({ userId, copy, ...ofCatalog }, async () => {
      try {
        const wider = { ...demand, ...featuresBehind(demand, ofCatalog.catalog) }
        return await this.#newest(userId, wider, copy?.snapshot.confirmedAt ?? 'none')
      } catch (error) {
        log('error', 'ledger_did_not_answer', { error: errorText(error) })
        throw new LedgerUnavailable('No answer and no copy', { cause: error })
      }
    })
  }

  /** Throws as `read` does. */
  async readingFrom<Answer>(
    lookUp: LookUp,
    demand: Demand,
    evaluation: Evaluation<Answer>,
  ): Promise<SnapshotReading<Answer>> {
    const { userId, copy, catalog, rules } = lookUp
    expectCatalog(catalog, demand)
    const { now } = this.#deps
    const question = { catalog, rules, demand, evaluation, moment: now() }
    const alone = aloneBy(question, userId)
    if (alone !== null) return alone
    const fromCopy = copy === null ? null : this.#readingOf(copy, question)
    if (copy !== null && fromCopy !== null) {
      this.#refreshIfAgeing(copy.snapshot)
      return fromCopy
    }

    let snapshot: Snapshot
    try {
      snapshot = await lookUp.newest()
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error
      const asked = { ...question, moment: now() }
      const old = copy === null ? null : this.#readingOf(copy, asked, mayAnswerDegraded)
      if (old === null) throw error
      return { ...old, degraded: true }
    }
    if (snapshot.version < demand.minVersion) throw new VersionUnknown({ version: snapshot.version })
    const { answer, kind } = evaluation.of({ snapshot, catalog, rules }, now())
    if (catalog === null && kind === 'no') throw new LedgerUnavailable('A no that would rest on no catalog')
    return readingBy(answer, snapshot, 'ledger', catalog)
  }

  /** The snapshots of those of whom nothing is recorded, as D1 says now; none where it does not answer. */
  async unrecorded(userIds: readonly UserId[]): Promise<readonly Snapshot[]> {
    const { freshness, now, recorded } = this.#deps
    const confirmedAt = now()
    try {
      const known = await within(freshness.checkTimeoutMs, recorded(userIds))
      return userIds
        .filter((userId) => !known.has(userId))
        .map((userId) => this.#memory.take({ userId, version: 0, confirmedAt, features: {} }, now()))
    } catch (error) {
      log('warn', 'records_not_looked_for', { error: errorText(error) })
      return []
    }
  }

  /** What a copy says, if the rule lets it say that: without a catalog never a "no". */
  #readingOf<Answer>(
    { snapshot, source }: Copy,
    { catalog, rules, demand, evaluation, moment }: Question<Answer>,
    may = mayAnswer,
  ): SnapshotReading<Answer> | null {
    const { freshness } = this.#deps
    const { answer, kind, isLasting } = evaluation.of({ snapshot, catalog, rules }, moment)
    if (catalog === null && kind === 'no') return null
    const counts = isLasting || may === mayAnswer
    return may(snapshot, counts ? kind : 'no', demand, freshness, moment)
      ? readingBy(answer, snapshot, source, catalog)
      : null
  }

  async #findCatalog(minVersion: number): Promise<Pick<LookUp, 'catalog' | 'rules'>> {
    const { catalogs, rules } = this.#known ?? (await this.#know())
    return { catalog: await catalogs.find(minVersion), rules }
  }

  /** What finds the catalog and decides by it is evaluated when a check first needs it, while KV is asked for the user. */
  async #know(): Promise<Known> {
    const [{ CatalogReader }, { ACCESS_RULES: rules }] = await Promise.all([
      import('./catalog-reader.ts'),
      import('./access-rules.ts'),
    ])
    const timeoutMs = this.#deps.freshness.checkTimeoutMs
    this.#known ??= { catalogs: new CatalogReader({ ...this.#deps, timeoutMs }), rules }
    return this.#known
  }

  /** The newest copy at hand: of memory while it need not ask KV again, else the newer of both. */
  async #copy(userId: UserId, { strong }: Demand): Promise<Copy | null> {
    if (strong) return null
    const { now } = this.#deps
    const atHand = this.#atHand(userId, now())
    if (atHand !== null) return { snapshot: atHand, source: 'memory' }
    const found = await this.#copies.of(userId)
    const newest = found ?? this.#memory.get(userId, now())?.snapshot
    if (newest === undefined || newest.version < this.#memory.leastVersion(userId, now())) return null
    const snapshot = this.#memory.take(newest, now())
    return { snapshot, source: snapshot === found ? 'kv' : 'memory' }
  }

  /** What memory has, where it need not ask KV again. */
  #atHand(userId: UserId, moment: Instant): Snapshot | null {
    const known = this.#memory.get(userId, moment)
    const isYoung = known !== null && moment - known.askedAt < this.#deps.freshness.memoryMaxAgeMs
    return isYoung ? known.snapshot : null
  }

  /** What the object says now; or what it is saying to somebody else, if that is as fresh as a "no" must be. */
  async #newest(userId: UserId, demand: Demand, copy: CopyState): Promise<Snapshot> {
    const { freshness, now } = this.#deps
    // It must not have left before the question came, and nobody else waits for it.
    if (demand.strong) {
      return within(freshness.checkTimeoutMs, this.#asked(userId, 'not_looked_for', demand.features))
    }
    const joined = this.#ofObject.joined(userId)
    if (joined !== null) {
      const snapshot = await joined
      if (mayAnswer(snapshot, 'no', demand, freshness, now())) return snapshot
    }
    // What is under way by now left after this question came, and so is as good as one of its own.
    return this.#ofObject.joined(userId) ?? this.#askObject(userId, copy)
  }

  /** To be joined by whoever asks meanwhile. */
  #askObject(userId: UserId, copy: CopyState): Promise<Snapshot> {
    return this.#ofObject.started(userId, this.#asked(userId, copy))
  }

  async #asked(userId: UserId, copy: CopyState, features?: readonly FeatureKey[]): Promise<Snapshot> {
    const { ask, now } = this.#deps
    const snapshot = await ask(userId, copy, features)
    if (snapshot.only === undefined) return this.#memory.take(snapshot, now())
    this.#memory.learn(snapshot, now())
    return snapshot
  }

  /** Only KV’s turn comes to this: an object that does not answer is not asked again with every check. */
  #refreshIfAgeing(snapshot: Snapshot): void {
    const { freshness, now } = this.#deps
    const { userId, confirmedAt } = snapshot
    if (!isAgeing(snapshot, freshness, now())) return
    const refreshed = this.#ofObject.joined(userId) ?? this.#askObject(userId, confirmedAt)
    refreshed.catch((error: unknown) => log('warn', 'refresh_failed', { error: errorText(error) }))
  }
}
