import { itemsSold, unknownReferences } from '../../domain/purchases/products/items.ts'
import type { Policy } from '../../domain/purchases/payments/policy.ts'
import { movedSourceOf, mergeHandOvers } from '../../domain/user/moved-source-of.ts'
import { noticesOf } from '../../domain/purchases/register/notices.ts'
import { takeOverChanges } from '../../domain/user/take-over-changes.ts'
import type { HandCommand, SettleSource } from '../../domain/user/command.ts'
import { decide } from '../../domain/user/decide.ts'
import type { Entitlement } from '../../domain/entitlements/entitlement.ts'
import type { Change, Entry, Note } from '../../domain/user/entry.ts'
import { fold } from '../../domain/user/fold.ts'
import { roomRefusal } from '../../domain/user/room.ts'
import { accessAt } from '../../domain/user/snapshot.ts'
import { decideUsage } from '../../domain/user/decide-usage.ts'
import { isOfUsage } from '../../domain/user/fold-usage.ts'
import { type UsageCommand, isUsageCommand } from '../../domain/usage/usage-command.ts'
import { type SourceRecord, type UserState } from '../../domain/user/user-state.ts'
import type { Batch } from '../store/append.ts'
import { entryHash } from '../store/chain.ts'
import { DraftReceipts } from './draft-receipts.ts'
import { entitlementToRow } from '../store/entitlement-row.ts'
import { entryToBytes } from '../store/entry-bytes.ts'
import type { Memory } from '../store/memory.ts'
import { type MovedRow, movedToRow } from '../store/moved-row.ts'
import type { News } from './news.ts'
import { noteOf } from './note-of.ts'
import { PastUsage } from './past-usage.ts'
import { REFUSAL_RECEIPT_MS } from '../store/receipt.ts'
import { isLookedUp, rememberedProducts } from './remembered-products.ts'
import { saltedNote } from './salted-note.ts'
import { type SettlingTerms, changesOfRelease, changesOfUpdate, sourceUpdate } from './source-update.ts'
import { sourceToReferenceRows, sourceToRow } from '../store/source-row.ts'
import type { StoredAnswer, LedgerHead, Idempotency, CommandOutcome, Submission } from '../submission.ts'
import { usageRows } from '../store/usage-rows.ts'
import { type SourceKey, sourceKeyText } from '../../domain/purchases/register/source-key.ts'

/** The rows of a batch as they gather, and the state as it will be. */
export class Draft {
  readonly receipts: DraftReceipts
  readonly #memory: Memory
  readonly #policy: Policy
  /** When the command at hand is decided. */
  #now = 0
  readonly #entries: Batch['entries'][number][] = []
  readonly #notes: Batch['notes'][number][] = []
  readonly #changed = new Set<string>()
  readonly #past: PastUsage
  readonly #handedOver: MovedRow[] = []
  readonly #takenOver: MovedRow[] = []
  readonly #touchedSources = new Map<string, SourceKey>()
  #askedCatalog = false
  #news: News = 'nothing'
  #state: UserState
  #hash: string

  constructor(memory: Memory, policy: Policy) {
    this.#memory = memory
    this.#policy = policy
    this.#state = memory.state
    this.#hash = memory.hash
    this.receipts = new DraftReceipts(memory.state.userId, memory.receipts)
    this.#past = new PastUsage(memory.past)
  }

  get head(): LedgerHead {
    return { version: this.#state.version, hash: this.#hash }
  }

  /** What readers have to learn of all that was decided. */
  get news(): News {
    return this.#news
  }

  /** Whether there is nothing to record. */
  get isEmpty(): boolean {
    return [this.#entries, this.receipts.rows, this.#settledSources].every(({ length }) => length === 0)
  }

  async decide(submission: Submission, now: number): Promise<CommandOutcome> {
    this.#now = now
    const { command } = submission
    if (command.type === 'settle_source') return this.#settle(command, submission)
    if (command.type === 'release_source') return this.#release(command.source, submission)
    return isUsageCommand(command) ? this.#use(command, submission) : this.#byHand(command, submission)
  }

  /** Keeps an answer for whoever sends the command again. */
  remember({ key, fingerprint }: Idempotency, answer: StoredAnswer, outcome: CommandOutcome): void {
    // What waits for a product is settled again under the same key.
    const isFinal = outcome.type === 'settled' && outcome.unknownProducts.length === 0
    if (!['done', 'used', 'refused'].includes(outcome.type) && !isFinal) return
    const isRefusal = outcome.type === 'refused'
    const expiresAt = isRefusal ? this.#now + REFUSAL_RECEIPT_MS : null
    this.receipts.keep({ key, fingerprint, answer, isRefusal }, expiresAt)
  }

  batch(): Batch {
    const { state, catalogVersion } = this.#memory
    const { userId, sources } = this.#state
    const settled = this.#settledSources
    return {
      userId,
      afterVersion: state.version,
      catalogVersion: this.#askedCatalog ? catalogVersion : null,
      entries: this.#entries,
      notes: this.#notes,
      entitlements: [...this.#changed].map((id) => entitlementToRow(userId, this.#entitlement(id))),
      refusalsAside: this.receipts.aside,
      receipts: this.receipts.rows,
      sources: settled.map((source) => sourceToRow(userId, source, catalogVersion)),
      sourceReferences: settled.flatMap((source) => sourceToReferenceRows(userId, source)),
      releasedSources: [...this.#touchedSources].flatMap(([id, source]) => (sources.has(id) ? [] : [source])),
      handedOver: this.#handedOver,
      takenOver: this.#takenOver,
      ...usageRows(state, this.#state),
      resolutions: this.#past.rows(userId),
    }
  }

  /** What is known once the draft is recorded. */
  memory(): Memory {
    const receipts = this.receipts.remembered
    return { ...this.#memory, state: this.#state, hash: this.#hash, receipts, past: new Map() }
  }

  get #settledSources(): readonly SourceRecord[] {
    return [...this.#touchedSources.keys()].flatMap((id) => this.#state.sources.get(id) ?? [])
  }

  async #byHand(command: HandCommand, submission: Submission): Promise<CommandOutcome> {
    const { ifVersion } = submission
    const version = this.#versionOf(command)
    if (ifVersion !== null && version > ifVersion) {
      return { type: 'precondition_failed', version, head: this.head }
    }
    const decision = decide(this.#state, command, this.#memory.features, this.#now)
    if (!decision.ok) return { type: 'refused', refusal: decision.error, head: this.head }
    if (decision.value !== null) {
      await this.#record(decision.value, submission, noteOf(submission))
      this.#news = 'answer'
    }

    const created = decision.value?.type === 'entitlement_created'
    if (created) this.#askedCatalog = true
    const entitlement = this.#entitlement(command.entitlementId)
    return { type: 'done', created, userId: this.#state.userId, entitlement, head: this.head }
  }

  async #use(command: UsageCommand, submission: Submission): Promise<CommandOutcome> {
    const { features } = this.#memory
    const now = this.#moment
    const decision = decideUsage(this.#state, command, { features, past: this.#past.bySeq }, now)
    if (!decision.ok) return { type: 'refused', refusal: decision.error, head: this.head }

    const { feature } = decision.value.data
    const before = accessAt(this.#state, feature, now)
    const entry = await this.#record(decision.value, submission, null)
    if (!isOfUsage(entry)) throw new Error('What is decided of usage is an entry of usage')
    const access = accessAt(this.#state, feature, now)
    const isNews = before.allowed !== access.allowed || before.reason !== access.reason
    if (this.#news !== 'answer') this.#news = isNews ? 'answer' : 'balance'
    const resolution = this.#past.take(entry)
    return { type: 'used', userId: this.#state.userId, entry, resolution, access, head: this.head }
  }

  /** Time never goes back for a user, whatever the clock does. */
  get #moment(): number {
    return Math.max(this.#now, this.#state.recordedAt)
  }

  async #settle(
    { source, facts, moved: left }: SettleSource,
    submission: Submission,
  ): Promise<CommandOutcome> {
    const { version: first } = this.#state
    const moved = mergeHandOvers(left ?? [])
    for (const one of left ?? []) this.#takenOver.push(movedToRow(one.userId, source, one.moved))
    for (const change of moved === null ? [] : takeOverChanges(source, moved, this.#moment)) {
      await this.#record(change, submission, null)
    }
    const told = sourceUpdate(this.#state, source, facts, moved)
    const { productsOf } = this.#terms
    this.#askedCatalog = true
    // A change of the catalog is nobody's refund.
    const spent = facts.length === 0 ? 'floor_at_zero' : this.#policy.spentRefund
    const takingBack = { now: this.#moment, spent } as const
    const found = {
      notices: noticesOf(told.register, told.facts),
      isLookedUp: isLookedUp(this.#state, source, told.register, productsOf),
    }
    const changes = await changesOfUpdate(this.#state, told, this.#terms, takingBack)
    // What the catalog gives more, or what comes along with its purchase, no stranger has chosen.
    const isTold = facts.length > 0 && moved === null
    const refusal = isTold ? roomRefusal(this.#state, source, changes, this.#moment) : null
    if (refusal !== null) return { type: 'refused', refusal, head: this.head }
    const unknown = unknownReferences(itemsSold(told.register), productsOf(source))
    return { ...(await this.#apply(changes, source, submission, { first, unknown })), ...found }
  }

  async #release(source: SourceKey, submission: Submission): Promise<CommandOutcome> {
    const { version: first } = this.#state
    const moved = movedSourceOf(this.#state, source, this.#moment)
    const { changes, isOfCatalog } = await changesOfRelease(this.#state, source, this.#terms, this.#moment)
    if (isOfCatalog) this.#askedCatalog = true
    if (moved !== null) this.#handedOver.push(movedToRow(this.#state.userId, source, moved))
    return this.#apply(changes, source, submission, { first, unknown: [] })
  }

  get #terms(): SettlingTerms {
    return { productsOf: rememberedProducts(this.#memory), policy: this.#policy }
  }

  async #apply(
    changes: readonly Change[],
    source: SourceKey,
    submission: Submission,
    { first, unknown }: { readonly first: number; readonly unknown: readonly string[] },
  ): Promise<Extract<CommandOutcome, { type: 'settled' }>> {
    for (const change of changes) await this.#record(change, submission, null)
    const versions = Array.from({ length: this.#state.version - first }, (_, index) => first + index + 1)
    if (versions.length > 0) this.#news = 'answer'
    this.#touchedSources.set(sourceKeyText(source), source)
    const nothing = { notices: [], isLookedUp: true }
    return { type: 'settled', versions, unknownProducts: unknown, ...nothing, head: this.head }
  }

  async #record(
    change: Change,
    { commandId, cause, effectiveAt }: Submission,
    note: Note | null,
  ): Promise<Entry> {
    const { userId, version } = this.#state
    const seq = version + 1
    const entry: Entry = {
      ...change,
      userId,
      seq,
      commandId,
      cause,
      recordedAt: this.#moment,
      effectiveAt: effectiveAt ?? this.#now,
    }
    const kept = note === null ? null : await saltedNote(userId, seq, note)
    if (kept !== null) this.#notes.push(kept.row)
    const bytes = entryToBytes(entry, kept?.hash ?? null)
    this.#hash = await entryHash(this.#hash, bytes)
    this.#state = fold(this.#state, entry, note)
    this.#entries.push({ userId, seq, bytes, hash: this.#hash })
    if ('entitlementId' in change.data) this.#changed.add(change.data.entitlementId)
    return entry
  }

  #entitlement(id: string): Entitlement {
    const entitlement = this.#state.entitlements.get(id)
    if (entitlement === undefined) throw new Error(`Nothing is known of ${id} after it was decided on`)
    return entitlement
  }

  #versionOf(command: HandCommand): number {
    if (command.type === 'create_entitlement') return this.#state.version
    return this.#state.entitlements.get(command.entitlementId)?.version ?? 0
  }
}
