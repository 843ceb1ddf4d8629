import type { Catalog } from '../../domain/catalog/catalog.ts'
import type { Entitlement } from '../../domain/entitlements/entitlement.ts'
import type { Policy } from '../../domain/purchases/payments/policy.ts'
import { type SourceKey, sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import type { Command } from '../../domain/user/command.ts'
import type { Entry, Note } from '../../domain/user/entry.ts'
import type { SourceRecord, UserState } from '../../domain/user/user-state.ts'
import type { LapsedLease } from '../../domain/usage/usage-change.ts'
import type { EntitlementId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Batch } from '../store/append.ts'
import { entryHash } from '../store/chain.ts'
import { entitlementToRow } from '../store/entitlement-row.ts'
import { entryToBytes } from '../store/entry-bytes.ts'
import type { Memory } from '../store/memory.ts'
import { type MovedRow, movedToRow } from '../store/moved-row.ts'
import { sourceToReferenceRows, sourceToRow } from '../store/source-row.ts'
import { usageRows } from '../store/usage/usage-rows.ts'
import type { CommandOutcome, EventEnd, EventToConclude, LedgerHead } from '../submission.ts'
import type { CommandDecision, TouchedSource } from './decisions/command-decision.ts'
import type { DecisionBasis } from './decisions/decision-basis.ts'
import { decideLapse } from './decisions/decide-lapse.ts'
import { lacksLots } from './decisions/lacks-lots.ts'
import { type News, bothNews } from './decisions/news.ts'
import { rememberedProducts } from './decisions/remembered-products.ts'
import { DraftReceipts } from './draft-receipts.ts'
import { PastUsage } from './past-usage.ts'
import { saltedNote } from './salted-note.ts'

/** A batch as it gathers, decision by decision, and what the user's memory is once it is recorded. */
export class Draft {
  readonly receipts: DraftReceipts
  readonly #memory: Memory
  readonly #catalog: Catalog
  readonly #policy: Policy
  readonly #entries: Batch['entries'][number][] = []
  readonly #notes: Batch['notes'][number][] = []
  readonly #touchedEntitlements = new Set<EntitlementId>()
  readonly #past: PastUsage
  readonly #touchedSources = new Map<string, SourceKey>()
  readonly #handedOver: MovedRow[] = []
  readonly #takenOver: MovedRow[] = []
  readonly #eventEnds: EventEnd[] = []
  readonly #lapsed: LapsedLease[] = []
  #dependsOnCatalog = false
  #news: News = 'nothing'
  #state: UserState
  #hash: string

  /** A catalog of the version that the memory has. */
  constructor(memory: Memory, catalog: Catalog, policy: Policy) {
    this.#memory = memory
    this.#catalog = catalog
    this.#policy = policy
    this.#state = memory.state
    this.#hash = memory.hash
    this.receipts = new DraftReceipts(memory.state.userId, memory.receipts)
    this.#past = new PastUsage(memory.past)
  }

  /** What the next command is decided on. */
  get basis(): DecisionBasis {
    return {
      state: this.#state,
      catalog: this.#catalog,
      productsOf: rememberedProducts(this.#memory),
      past: this.#past.bySeq,
      policy: this.#policy,
    }
  }

  get head(): LedgerHead {
    return { version: this.#state.version, hash: this.#hash }
  }

  /** The last entry that was added, as it is recorded. */
  get lastEntry(): Batch['entries'][number] | null {
    return this.#entries.at(-1) ?? null
  }

  /** What readers have to learn of all that was added. */
  get news(): News {
    return this.#news
  }

  /** Whether there is nothing to record. */
  get isEmpty(): boolean {
    return this.#isWithoutRecord && this.#state === this.#memory.state
  }

  /** Whether all that it holds are leases that go on for longer: whoever sends it again, or late, makes none of them shorter. */
  get isOfRenewals(): boolean {
    return this.#isWithoutRecord && this.#state !== this.#memory.state
  }

  /** The events that come to their end with what was added. */
  get eventEnds(): readonly EventEnd[] {
    return this.#eventEnds
  }

  /** Whether the memory that it began with may lack spent lots that a command is about. */
  lacks(command: Command): boolean {
    return lacksLots({ state: this.#state, standIns: this.#memory.standIns }, command)
  }

  /** Closes the leases that have lapsed by now. */
  async lapse(now: Instant): Promise<void> {
    const lapsed = decideLapse(this.#state, now)
    if (lapsed === null) return
    const { entry, state } = lapsed
    await this.#addEntry(entry, null)
    this.#past.take(entry, this.#state)
    this.#state = state
    this.#lapsed.push(...entry.data.leases)
  }

  /** Takes in a decision that was made on `basis`, and returns what its command, which may be all of an event, is answered. */
  async add(decision: CommandDecision, event?: EventToConclude): Promise<CommandOutcome> {
    const { outcome, entries, note, touchedSource } = decision
    for (const [index, entry] of entries.entries()) await this.#addEntry(entry, index === 0 ? note : null)
    if (outcome.type === 'used') this.#past.take(outcome.entry, this.#state)
    this.#state = decision.state
    this.#news = bothNews(this.#news, decision.news)
    this.#dependsOnCatalog ||= decision.dependsOnCatalog
    if (touchedSource !== null) this.#addSource(touchedSource)
    const { head } = this
    // What waits for a product is not at its end.
    if (event === undefined || outcome.type !== 'settled' || outcome.unknownProducts.length > 0) {
      return { ...outcome, head }
    }
    this.#eventEnds.push({ event, userId: this.#state.userId, settlement: outcome })
    return { ...outcome, head, isEventConcluded: true }
  }

  /** `conclusions`: the statements that conclude its events. */
  batch(conclusions: Batch['conclusions'] = []): Batch {
    const { state, catalogVersion, standIns } = this.#memory
    const { userId, sources } = this.#state
    const settled = this.#settledSources
    const touched = [...this.#touchedEntitlements]
    const usage = usageRows(state, this.#state)
    const written = [
      ...touched,
      ...usage.lots.map(({ entitlementId }) => entitlementId),
      ...usage.untouchedLots,
    ]
    const standIn = written.find((id) => standIns.has(id))
    if (standIn !== undefined) throw new Error(`${standIn} stands for others, and is not to be recorded`)
    return {
      userId,
      afterVersion: state.version,
      catalogVersion: this.#dependsOnCatalog ? catalogVersion : null,
      entries: this.#entries,
      notes: this.#notes,
      entitlements: touched.map((id) => entitlementToRow(userId, this.#entitlement(id))),
      // Where memory holds spent lots as one it cannot tell that none of them has the id.
      newEntitlements: standIns.size === 0 ? [] : touched.filter((id) => !state.entitlements.has(id)),
      refusalsAside: this.receipts.aside,
      receipts: this.receipts.rows,
      sources: settled.map((source) => sourceToRow(userId, source, catalogVersion)),
      sourceReferences: settled.flatMap((source) => sourceToReferenceRows(userId, source, catalogVersion)),
      releasedSources: [...this.#touchedSources].flatMap(([id, source]) => (sources.has(id) ? [] : [source])),
      handedOver: this.#handedOver,
      takenOver: this.#takenOver,
      ...usage,
      lapsedLeases: this.#lapsed.map(({ reservation, lapsedAt }) => [reservation, lapsedAt] as const),
      resolutions: this.#past.rows(userId),
      conclusions,
    }
  }

  /** What is known once the batch is recorded. */
  memory(): Memory {
    const receipts = this.receipts.remembered
    return { ...this.#memory, state: this.#state, hash: this.#hash, receipts, past: new Map() }
  }

  get #isWithoutRecord(): boolean {
    return [this.#entries, this.receipts.rows, this.#settledSources, this.#eventEnds].every(
      ({ length }) => length === 0,
    )
  }

  get #settledSources(): readonly SourceRecord[] {
    return [...this.#touchedSources.keys()].flatMap((id) => this.#state.sources.get(id) ?? [])
  }

  /** An entry is never recorded without the row of the entitlement that it names. */
  #entitlement(id: EntitlementId): Entitlement {
    const entitlement = this.#state.entitlements.get(id)
    if (entitlement === undefined) throw new Error(`There is no ${id} after the entries that name it`)
    return entitlement
  }

  async #addEntry(entry: Entry, note: Note | null): Promise<void> {
    const { userId, seq } = entry
    const salted = note === null ? null : await saltedNote(userId, seq, note)
    const bytes = entryToBytes(entry, salted?.hash ?? null)
    this.#hash = await entryHash(this.#hash, bytes)
    this.#entries.push({ userId, seq, bytes, hash: this.#hash })
    if (salted !== null) this.#notes.push(salted.row)
    if ('entitlementId' in entry.data) this.#touchedEntitlements.add(entry.data.entitlementId)
    const { everyone = [] } = 'everyone' in entry.data ? entry.data : {}
    for (const { entitlementId } of everyone) this.#touchedEntitlements.add(entitlementId)
  }

  #addSource({ source, left, takenOver }: TouchedSource): void {
    this.#touchedSources.set(sourceKeyText(source), source)
    if (left !== null) this.#handedOver.push(movedToRow(this.#state.userId, source, left))
    this.#takenOver.push(...takenOver.map(({ userId, moved }) => movedToRow(userId, source, moved)))
  }
}
