import { referencesOf } from '../../domain/purchases/products/items.ts'
import type { Policy } from '../../domain/purchases/payments/policy.ts'
import { mergeHandOvers } from '../../domain/user/moved-source-of.ts'
import type { SettleSource } from '../../domain/user/command.ts'
import { D1_TIMEOUT_MS, within } from '../../platform/deadline.ts'
import { Draft } from './draft.ts'
import type { Job, Join } from './group-queue.ts'
import { headOf, load } from '../store/load.ts'
import { errorText, log } from '../../platform/log.ts'
import { type Memory, NO_LOOK_UP, type LookUpRequest } from '../store/memory.ts'
import type { News } from './news.ts'
import { plan } from './plan.ts'
import { asideKey } from '../store/receipt.ts'
import { type RecordOutcome, record } from './record.ts'
import { sourceUpdate } from './source-update.ts'
import type { StoredAnswer, Answering, Submission, SubmissionReply } from '../submission.ts'
import { referenceAccount } from '../../domain/purchases/products/reference-account.ts'

/** How often a group is decided again because another writer was faster. */
const ATTEMPTS_MAX = 5

/** D1 ends a batch that takes longer (https://developers.cloudflare.com/d1/platform/limits/). */
const D1_LIMIT_MS = 30_000

/** One that was not recorded this long after the mark was set never will be. */
const IN_DOUBT_MS = D1_LIMIT_MS + 5000

export interface WriterDeps {
  readonly userId: string
  readonly db: D1Database
  readonly answering: Answering
  readonly policy: Policy
  readonly now: () => number
  /** Called each time before a batch leaves, so that a successor knows that one may be under way. */
  readonly sending: (doubtEndsAt: number) => Promise<void>
  /** Called when a batch is recorded, before its commands are answered. A throw answers none of them. */
  readonly recorded: (news: News) => Promise<void>
}

type Jobs = readonly Job<Submission, SubmissionReply>[]

const nobody = () => []

/** Reads and writes one user's ledger. Its calls must not overlap: the user's object gives turns. */
export class Writer {
  readonly #deps: WriterDeps
  #memory: Memory | null = null
  /** When D1 was last asked for all of what memory holds. */
  #askedAt = 0
  #inDoubtUntil: number
  /** Until when the mark stands that was set for the group at hand. */
  #markedUntil = 0

  /** `inDoubtUntil`: until then a batch of a predecessor may still be recorded. */
  constructor(deps: WriterDeps, inDoubtUntil: number) {
    this.#deps = deps
    this.#inDoubtUntil = inDoubtUntil
  }

  /** Until then a batch that was sent may still be recorded, behind the back of memory. */
  get inDoubtUntil(): number {
    return this.#inDoubtUntil
  }

  /**
   * The newest state. While something is in doubt, D1 is asked whether memory still has it; and once more when the
   * doubt has ended, because it may have been recorded since.
   */
  async read(): Promise<Memory> {
    const memory = this.#takeMemory()
    const isNewest = memory !== null && (this.#askedAt >= this.#inDoubtUntil || (await this.#isHead(memory)))
    this.#memory = isNewest ? memory : await this.#load(NO_LOOK_UP)
    return this.#memory
  }

  /** Decides and records a group, with whoever joins it before it leaves, and settles each of its jobs. */
  async write(jobs: Jobs, join: Join<Submission, SubmissionReply> = nobody): Promise<void> {
    const written = await this.#write(jobs, join)
    if (written !== 'refused') {
      jobs.forEach((job, index) => job.resolve(written[index] ?? { type: 'unavailable' }))
    } else if (jobs.length > 1) {
      // One poisoned command must not take its neighbours with it.
      for (const job of jobs) await this.write([job])
    } else {
      const { answering, now } = this.#deps
      for (const { item, resolve } of jobs) {
        resolve({ type: 'answered', answer: answering({ type: 'fault' }, item, now()) })
      }
    }
  }

  async #write(
    jobs: Jobs,
    join: Join<Submission, SubmissionReply>,
  ): Promise<readonly SubmissionReply[] | 'refused'> {
    const all = (submitted: SubmissionReply) => jobs.map(() => submitted)
    const came = jobs.length

    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const remembered = this.#takeMemory()
      const memory = remembered ?? (await this.#lookUp(jobs))
      if (memory === null) return all({ type: 'unavailable' })

      const draft = new Draft(memory, this.#deps.policy)
      // Once somebody has joined nobody else does, or a group that begins anew might never come to an end.
      const joining = jobs.length === came ? join : nobody
      const answers = await this.#plan(draft, jobs, { lookedUp: remembered === null, joining })
      if (answers === null) continue
      if (answers === 'refused') return 'refused'

      const recorded = draft.isEmpty ? 'recorded' : await this.#record(draft)
      if (recorded === 'refused') return 'refused'
      if (recorded === 'unknown') return all({ type: 'outcome_unknown' })
      if (recorded === 'recorded') {
        this.#memory = draft.memory()
        return answers.map((answer) => ({ type: 'answered', answer }))
      }
    }
    // What one of them rests on may not be so for a while, as where a source is on its way: the others wait for nothing.
    if (jobs.length > 1) return 'refused'
    log('error', 'every_attempt_lost', { attempts: ATTEMPTS_MAX })
    return all({ type: 'unavailable' })
  }

  /**
   * Decides a group; and, once the mark is set for what it came to, whoever has come meanwhile: to wait for the mark is
   * to gather. `null` when memory is not enough to decide on.
   */
  async #plan(
    draft: Draft,
    jobs: Jobs,
    {
      lookedUp,
      joining,
    }: { readonly lookedUp: boolean; readonly joining: Join<Submission, SubmissionReply> },
  ): Promise<readonly StoredAnswer[] | 'refused' | null> {
    const first = await this.#decide(draft, jobs, lookedUp)
    if (first === null || first === 'refused' || draft.isEmpty) return first
    this.#markedUntil = 0
    await this.#mark()
    const late = await this.#decide(draft, joining(), false)
    return late === null || late === 'refused' ? late : [...first, ...late]
  }

  async #decide(
    draft: Draft,
    jobs: Jobs,
    lookedUp: boolean,
  ): Promise<readonly StoredAnswer[] | 'refused' | null> {
    const { answering, now } = this.#deps
    try {
      return await plan(draft, submissionsOf(jobs), { lookedUp, now: now(), answering })
    } catch (error) {
      // A command that nobody can decide or write down is like one that D1 refuses: nothing of it was sent.
      log('error', 'plan_failed', { error: errorText(error) })
      return 'refused'
    }
  }

  /** Sets the mark, unless one is set that outlives a batch that leaves now. */
  async #mark(): Promise<void> {
    const { now, sending } = this.#deps
    while (now() > this.#markedUntil - D1_LIMIT_MS) {
      const doubtEndsAt = now() + IN_DOUBT_MS
      await sending(doubtEndsAt)
      this.#markedUntil = doubtEndsAt
    }
  }

  /** Whoever works with memory puts it back when all went well: on any error or doubt it is gone. */
  #takeMemory(): Memory | null {
    const memory = this.#memory
    this.#memory = null
    return memory
  }

  async #isHead({ hash }: Memory): Promise<boolean> {
    const { db, userId, now } = this.#deps
    const askedAt = now()
    const head = await within(D1_TIMEOUT_MS, headOf(db, userId))
    if (head.hash === hash) this.#askedAt = askedAt
    return head.hash === hash
  }

  async #load(wanted: LookUpRequest): Promise<Memory> {
    const { db, userId, now } = this.#deps
    const askedAt = now()
    const memory = await within(D1_TIMEOUT_MS, load(db, userId, wanted))
    this.#askedAt = askedAt
    return memory
  }

  async #lookUp(jobs: Jobs): Promise<Memory | null> {
    try {
      return await this.#load(wantedBy(submissionsOf(jobs)))
    } catch (error) {
      log('error', 'load_failed', { error: errorText(error) })
      return null
    }
  }

  async #record(draft: Draft): Promise<RecordOutcome> {
    const { db, recorded } = this.#deps
    const batch = draft.batch()
    const outcome = await record(db, batch, () => this.#mark())
    if (outcome === 'unknown') this.#inDoubtUntil = this.#markedUntil
    if (outcome === 'recorded') {
      // An entry of ours has the place that a batch in doubt would need: that one can never be recorded now.
      if (batch.entries.length > 0) this.#inDoubtUntil = 0
      await recorded(draft.news)
    }
    return outcome
  }
}

function submissionsOf(jobs: Jobs): readonly Submission[] {
  return jobs.map(({ item }) => item)
}

function wantedBy(submissions: readonly Submission[]): LookUpRequest {
  return {
    receiptKeys: submissions.flatMap(({ idempotency }) =>
      idempotency === null ? [] : [idempotency.key, asideKey(idempotency)],
    ),
    features: submissions.flatMap(({ command }) => ('feature' in command ? [command.feature] : [])),
    seqs: submissions.flatMap(({ command }) => {
      if ('consumption' in command) return [command.consumption]
      return 'reservation' in command ? [command.reservation] : []
    }),
    references: submissions.flatMap(({ command }) =>
      command.type === 'settle_source' ? referencesIn(command) : [],
    ),
  }
}

/** The references that a command brings; those that the user's sources have are looked up anyway. */
function referencesIn({ source, facts, moved }: SettleSource): LookUpRequest['references'] {
  const { register } = sourceUpdate({ sources: new Map() }, source, facts, mergeHandOvers(moved ?? []))
  const account = referenceAccount(source)
  return referencesOf(register).map((reference) => [source.provider, account, reference])
}
