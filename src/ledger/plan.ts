import { type Features, decide } from '../domain/decide.ts'
import type { Change, Entry, Note } from '../domain/entry.ts'
import { fold } from '../domain/fold.ts'
import type { UserState } from '../domain/user-state.ts'
import type { Batch } from './append.ts'
import { entryHash, noteHash } from './chain.ts'
import { entitlementToRow } from './entitlement-row.ts'
import { entryToBytes } from './entry-bytes.ts'
import type { Memory } from './memory.ts'
import { REFUSAL_RECEIPT_MS, type Receipt, isFor, receiptToRow, replayed } from './receipt.ts'
import { toHex } from './sha256.ts'
import type { Answer, Answering, Outcome, Submission } from './submission.ts'

/** How many receipts an object remembers, so that a retry within moments needs no look-up. */
const RECEIPTS_REMEMBERED_MAX = 200

/** What a group of commands comes to: what to record, what to answer then, and what is known after. */
export interface Plan {
  /** `null` when there is nothing to record. */
  readonly batch: Batch | null
  /** One for each submission, in their order. */
  readonly answers: readonly Answer[]
  readonly memory: Memory
}

/**
 * Decides a group of commands one after another, each on what the one before left, as if each were alone.
 *
 * `lookedUp` says that the memory was loaded for this very group. Without it nothing is answered that rests on
 * something being absent or that no batch would guard; the plan is `null`, and the caller loads and plans again.
 */
export async function plan(
  memory: Memory,
  submissions: readonly Submission[],
  { lookedUp, now, answering }: { lookedUp: boolean; now: number; answering: Answering },
): Promise<Plan | null> {
  const { userId } = memory.state
  const draft = new Draft(memory, now)
  const answers: Answer[] = []
  let decided = 0

  for (const submission of submissions) {
    const { idempotency } = submission
    const known = idempotency === null ? undefined : draft.receipts.get(idempotency.key)
    if (known !== undefined && idempotency !== null) {
      const first = isFor(known, idempotency)
      answers.push(
        first ? replayed(known) : answering({ type: 'key_reused', head: draft.head() }, submission, now),
      )
      continue
    }
    const outcome = await draft.decide(submission)
    if (!lookedUp && restsOnAbsence(outcome, submission)) return null
    decided += 1
    const answer = answering(outcome, submission, now)
    if (idempotency !== null) draft.remember({ ...idempotency, answer }, outcome)
    answers.push(answer)
  }

  const changed = [...draft.changed].map((id) => draft.entitlement(id))
  const batch: Batch = {
    userId,
    afterVersion: memory.state.version,
    catalogVersion: draft.askedCatalog ? memory.catalogVersion : null,
    entries: draft.entries,
    notes: draft.notes,
    entitlements: changed.map((entitlement) => entitlementToRow(userId, entitlement)),
    receipts: draft.receiptRows,
  }
  const isEmpty = batch.entries.length === 0 && batch.receipts.length === 0
  // Without a batch no key and no guard would tell that memory was behind.
  if (isEmpty && decided > 0 && !lookedUp) return null
  return { batch: isEmpty ? null : batch, answers, memory: draft.memory(memory.catalogVersion) }
}

/** Whether an outcome would be another if a receipt or a feature turned up that the memory does not hold. */
function restsOnAbsence(outcome: Outcome, { idempotency }: Submission): boolean {
  switch (outcome.type) {
    case 'refused':
      return outcome.refusal.code === 'feature_unknown' || outcome.refusal.code === 'feature_archived'
    case 'precondition_failed':
      // It leaves no receipt whose key would abort the batch if the command has been answered before.
      return idempotency !== null
    case 'done':
    case 'key_reused':
    case 'fault':
      return false
  }
}

/** The rows of a batch as they gather, and the state as it will be. */
class Draft {
  readonly entries: Batch['entries'][number][] = []
  readonly notes: Batch['notes'][number][] = []
  readonly receiptRows: Batch['receipts'][number][] = []
  readonly receipts: Map<string, Receipt>
  readonly changed = new Set<string>()
  askedCatalog = false
  #state: UserState
  #hash: string
  readonly #features: Features
  readonly #now: number

  constructor({ state, hash, receipts, features }: Memory, now: number) {
    this.#state = state
    this.#hash = hash
    this.#features = features
    this.#now = now
    this.receipts = new Map(receipts)
  }

  memory(catalogVersion: number): Memory {
    const receipts = new Map([...this.receipts].slice(-RECEIPTS_REMEMBERED_MAX))
    return { state: this.#state, hash: this.#hash, receipts, features: this.#features, catalogVersion }
  }

  async decide(submission: Submission): Promise<Outcome> {
    const { command, ifVersion } = submission
    const version = this.#versionOf(submission)
    if (ifVersion !== null && version > ifVersion)
      return { type: 'precondition_failed', version, head: this.head() }

    const decision = decide(this.#state, command, this.#features, this.#now)
    if (!decision.ok) return { type: 'refused', refusal: decision.error, head: this.head() }
    if (decision.value !== null) await this.#record(decision.value, submission)

    const created = decision.value?.type === 'entitlement_created'
    if (created) this.askedCatalog = true
    const entitlement = this.entitlement(command.entitlementId)
    return { type: 'done', created, userId: this.#state.userId, entitlement, head: this.head() }
  }

  remember(receipt: Receipt, outcome: Outcome): void {
    if (outcome.type !== 'done' && outcome.type !== 'refused') return
    const expiresAt = outcome.type === 'refused' ? this.#now + REFUSAL_RECEIPT_MS : null
    this.receipts.set(receipt.key, receipt)
    this.receiptRows.push(receiptToRow(this.#state.userId, receipt, expiresAt))
  }

  entitlement(id: string) {
    const entitlement = this.#state.entitlements.get(id)
    if (entitlement === undefined) throw new Error(`Nothing is known of ${id} after it was decided on`)
    return entitlement
  }

  async #record(change: Change, submission: Submission): Promise<void> {
    const { userId, version, recordedAt } = this.#state
    const seq = version + 1
    const note = noteOf(submission)
    const entry: Entry = {
      ...change,
      userId,
      seq,
      commandId: submission.commandId,
      cause: submission.cause,
      recordedAt: Math.max(this.#now, recordedAt),
      effectiveAt: submission.effectiveAt ?? this.#now,
    }
    const bytes = entryToBytes(entry, note === null ? null : await this.#note(seq, note))
    this.#hash = await entryHash(this.#hash, bytes)
    this.#state = fold(this.#state, entry, note)
    this.entries.push({ userId, seq, bytes, hash: this.#hash })
    this.changed.add(submission.command.entitlementId)
  }

  async #note(seq: number, note: Note): Promise<string> {
    const salt = toHex(crypto.getRandomValues(new Uint8Array(16)))
    const json = JSON.stringify(note)
    this.notes.push({ userId: this.#state.userId, seq, salt, json })
    return noteHash(salt, json)
  }

  head() {
    return { version: this.#state.version, hash: this.#hash }
  }

  #versionOf({ command }: Submission): number {
    if (command.type === 'create_entitlement') return this.#state.version
    return this.#state.entitlements.get(command.entitlementId)?.version ?? 0
  }
}

function noteOf({ actor, reason, command }: Submission): Note | null {
  const metadata =
    command.type === 'create_entitlement'
      ? command.metadata
      : command.type === 'update_entitlement'
        ? (command.changes.metadata ?? null)
        : null
  const note: Note = {
    ...(actor === null ? {} : { actor }),
    ...(reason === null ? {} : { reason }),
    ...(metadata === null ? {} : { metadata }),
  }
  return Object.keys(note).length === 0 ? null : note
}
