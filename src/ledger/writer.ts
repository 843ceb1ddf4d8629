import { type Policy, referencesOf } from '../domain/checkout/gives.ts'
import { EMPTY_REGISTER, absorb } from '../domain/checkout/register.ts'
import type { SettleSource } from '../domain/command.ts'
import type { Batch } from './append.ts'
import { D1_TIMEOUT_MS, within } from './deadline.ts'
import type { Job } from './group-queue.ts'
import { headOf, load } from './load.ts'
import { errorText, log } from './log.ts'
import { type Memory, NOTHING_WANTED, type Wanted } from './memory.ts'
import type { News } from './news.ts'
import { plan } from './plan.ts'
import { type Recorded, record } from './record.ts'
import type { Answering, Submission, Submitted } from './submission.ts'

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

/** Reads and writes one user's ledger. Its calls must not overlap: the user's object gives turns. */
export class Writer {
  readonly #deps: WriterDeps
  #memory: Memory | null = null
  /** When D1 was last asked for all of what memory holds. */
  #askedAt = 0
  #inDoubtUntil: number

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
    this.#memory = isNewest ? memory : await this.#load(NOTHING_WANTED)
    return this.#memory
  }

  /** Decides and records a group, and settles each of its jobs. */
  async write(jobs: readonly Job<Submission, Submitted>[]): Promise<void> {
    const written = await this.#write(jobs.map(({ item }) => item))
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

  async #write(submissions: readonly Submission[]): Promise<readonly Submitted[] | 'refused'> {
    const { answering, now, policy } = this.#deps
    const all = (submitted: Submitted) => submissions.map(() => submitted)

    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const remembered = this.#takeMemory()
      const memory = remembered ?? (await this.#lookUp(submissions))
      if (memory === null) return all({ type: 'unavailable' })

      const context = { lookedUp: remembered === null, now: now(), answering, policy }
      const planned = await plan(memory, submissions, context).catch(cannotPlan)
      if (planned === null) continue
      if (planned === 'refused') return 'refused'

      const recorded = planned.batch === null ? 'recorded' : await this.#record(planned.batch, planned.news)
      if (recorded === 'refused') return 'refused'
      if (recorded === 'unknown') return all({ type: 'outcome_unknown' })
      if (recorded === 'recorded') {
        this.#memory = planned.memory
        return planned.answers.map((answer) => ({ type: 'answered', answer }))
      }
    }
    log('error', 'every_attempt_lost', { attempts: ATTEMPTS_MAX })
    return all({ type: 'unavailable' })
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

  async #load(wanted: Wanted): Promise<Memory> {
    const { db, userId, now } = this.#deps
    const askedAt = now()
    const memory = await within(D1_TIMEOUT_MS, load(db, userId, wanted))
    this.#askedAt = askedAt
    return memory
  }

  async #lookUp(submissions: readonly Submission[]): Promise<Memory | null> {
    try {
      return await this.#load(wantedBy(submissions))
    } catch (error) {
      log('error', 'load_failed', { error: errorText(error) })
      return null
    }
  }

  async #record(batch: Batch, news: News): Promise<Recorded> {
    const { db, now, sending, recorded } = this.#deps
    let doubtEndsAt = 0
    const outcome = await record(db, batch, async () => {
      do {
        doubtEndsAt = now() + IN_DOUBT_MS
        await sending(doubtEndsAt)
        // Where the mark itself was long in coming, the batch could outlive it.
      } while (now() > doubtEndsAt - D1_LIMIT_MS)
    })
    if (outcome === 'unknown') this.#inDoubtUntil = doubtEndsAt
    if (outcome === 'recorded') {
      // An entry of ours has the place that a batch in doubt would need: that one can never be recorded now.
      if (batch.entries.length > 0) this.#inDoubtUntil = 0
      await recorded(news)
    }
    return outcome
  }
}

/** A command that nobody can decide or write down is like one that D1 refuses: nothing of it was sent. */
function cannotPlan(error: unknown): 'refused' {
  log('error', 'plan_failed', { error: errorText(error) })
  return 'refused'
}

function wantedBy(submissions: readonly Submission[]): Wanted {
  return {
    receiptKeys: submissions.flatMap(({ idempotency }) => (idempotency === null ? [] : [idempotency.key])),
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
function referencesIn({ source, facts, moved }: SettleSource): readonly [string, string][] {
  const brought = facts.reduce(absorb, moved?.register ?? EMPTY_REGISTER)
  return referencesOf(brought).map((reference) => [source.provider, reference])
}
