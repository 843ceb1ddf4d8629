import type { Catalog } from '../../domain/catalog/catalog.ts'
import type { Policy } from '../../domain/purchases/payments/policy.ts'
import { snapshotOf } from '../../domain/user/access-of-state.ts'
import { shortSnapshot } from '../../domain/user/short-snapshot.ts'
import type { Snapshot } from '../../domain/user/snapshot.ts'
import type { UserState } from '../../domain/user/user-state.ts'
import type { FeatureKey } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { d1Failure } from '../../platform/d1-failure.ts'
import type { DatabaseSize } from '../../platform/database-size.ts'
import { errorText, log } from '../../platform/log.ts'
import type { Batch } from '../store/append.ts'
import type { Memory } from '../store/memory.ts'
import type { Catalogs } from './catalogs.ts'
import type { AnsweredReply, Answering, Concluding, Submission, SubmissionReply } from '../submission.ts'
import { type GroupDecision, decideGroup } from './decide-group.ts'
import { lookUpFor } from './decisions/look-up-for.ts'
import type { News } from './decisions/news.ts'
import { Draft } from './draft.ts'
import { followCatalogChange } from './follow-catalog-change.ts'
import type { Job, Join } from './group-queue.ts'
import { Mark, type MarkDeps } from './mark.ts'
import { MemoryCache, type MemoryCacheDeps } from './memory-cache.ts'
import { type RecordOutcome, record } from './record.ts'
import { replyTo } from './reply-to.ts'

/** How often a group is decided before it is given up: each time another writer was faster, or memory fell short. */
const ATTEMPTS_MAX = 5

interface WriterDeps extends MemoryCacheDeps, MarkDeps {
  readonly answering: Answering
  readonly catalogs: Catalogs
  readonly concluding: () => Promise<Concluding>
  readonly policy: Policy
  readonly size: DatabaseSize
  /** Called when a batch is recorded, before its commands are answered. A throw answers none of them. */
  readonly recorded: (news: News) => Promise<void>
}

type Jobs = readonly Job<Submission, SubmissionReply>[]
type JoinJobs = Join<Submission, SubmissionReply>

const nobody = () => []

/** One of the commands keeps the group from being recorded, and nobody knows which: each is to be tried alone. */
interface Poisoned {
  readonly type: 'poisoned'
}

/** A draft that is ready to be recorded, with the reply to each of its commands once it is; or why there is none. */
type GroupPlan =
  | { readonly type: 'planned'; readonly draft: Draft; readonly replies: readonly AnsweredReply[] }
  | { readonly type: 'look_up_first' }
  | Poisoned

/** The reply to each command of a group, when all is over. */
type GroupOutcome = { readonly type: 'replied'; readonly replies: readonly SubmissionReply[] } | Poisoned

/** Reads and writes one user's ledger. Its calls must not overlap: the user's object gives turns. */
export class Writer {
  readonly #deps: WriterDeps
  readonly #memory: MemoryCache
  readonly #mark: Mark
  #isFollowing = false
  #inDoubtUntil: Instant

  /** `inDoubtUntil`: until then a batch of a predecessor may still be recorded. */
  constructor(deps: WriterDeps, inDoubtUntil: Instant) {
    this.#deps = deps
    this.#memory = new MemoryCache(deps)
    this.#mark = new Mark(deps)
    this.#inDoubtUntil = inDoubtUntil
  }

  /** Until then a batch that was sent may still be recorded, without memory knowing of it. */
  get inDoubtUntil(): Instant {
    return this.#inDoubtUntil
  }

  /** The newest state, with the catalog as it was a few seconds ago at the most. */
  async read(): Promise<Memory> {
    const memory = await this.#memory.newest(this.#inDoubtUntil)
    await this.#memory.lookForLagging()
    return (await this.#followCatalog()) ? this.#memory.newest(this.#inDoubtUntil) : memory
  }

  /** The snapshot of a state that was read, as of when it was asked for; of these features alone, where some are named. */
  snapshotOf(state: UserState, askedAt: Instant, features?: readonly FeatureKey[]): Snapshot {
    return snapshotOf(state, askedAt, features)
  }

  /** What is put into KV of a snapshot. */
  copyOf(snapshot: Snapshot): Snapshot {
    return shortSnapshot(snapshot)
  }

  /** Decides and records a group, with whoever joins it before it leaves, and answers each of its jobs. */
  async write(jobs: Jobs, join: JoinJobs = nobody): Promise<void> {
    const outcome = await this.#writeGroup(jobs, join)
    if (outcome.type === 'replied') {
      jobs.forEach(({ answer }, index) => answer(outcome.replies[index] ?? { type: 'unavailable' }))
    } else if (jobs.length > 1) {
      // Each alone, so that one poisoned command does not take its neighbours with it.
      for (const job of jobs) await this.write([job])
    } else {
      const { answering, now } = this.#deps
      const fault = { type: 'fault' } as const
      for (const { item, answer } of jobs) answer(replyTo(item, fault, answering(fault, item, now())))
    }
  }

  async #writeGroup(jobs: Jobs, join: JoinJobs): Promise<GroupOutcome> {
    const sizeAtFirst = jobs.length
    let short: Memory | null = null
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const remembered = this.#memory.take()
      const memory: Memory | 'full' | 'unanswered' = remembered ?? (await this.#lookUp(jobs, short))
      short = null
      if (memory === 'full') return replyingToAll(jobs, NO_ROOM)
      if (memory === 'unanswered') return replyingToAll(jobs, { type: 'unavailable' })
      if (remembered === null && (await this.#followCatalog())) continue
      const catalog = await this.#catalogOf(memory)
      if (catalog === 'unanswered') return replyingToAll(jobs, { type: 'unavailable' })
      // It has changed since memory was read: what is decided by it could not be recorded.
      if (catalog === 'changed') continue

      // Once somebody has joined nobody else does, or a group that begins anew might never come to an end.
      const joining = jobs.length === sizeAtFirst ? join : nobody
      const plan = await this.#plan(new Draft(memory, catalog, this.#deps.policy), jobs, {
        isLookedUp: remembered === null,
        joining,
      })
      if (plan.type === 'look_up_first') {
        short = memory
        continue
      }
      if (plan.type === 'poisoned') return plan

      const { draft, replies } = plan
      const recorded = draft.isEmpty ? 'recorded' : await this.#record(draft)
      if (recorded === 'refused') return { type: 'poisoned' }
      if (recorded === 'unknown') return replyingToAll(jobs, { type: 'outcome_unknown' })
      if (recorded === 'closed') return replyingToAll(jobs, { type: 'unavailable' })
      // Memory is not put back: whoever comes next loads, and so hears whether there is room by now.
      if (recorded === 'full') return replyingToAll(jobs, NO_ROOM)
      if (recorded === 'recorded') {
        this.#memory.put(draft.memory())
        return { type: 'replied', replies }
      }
    }
    // What one command rests on may change for a while, as where a source is on its way: the others are not to wait for it.
    if (jobs.length > 1) return { type: 'poisoned' }
    log('error', 'every_attempt_lost', { attempts: ATTEMPTS_MAX })
    return replyingToAll(jobs, { type: 'unavailable' })
  }

  /** Settles the sources that lag behind the catalog, before anything is answered of them. Returns whether there were any. */
  async #followCatalog(): Promise<boolean> {
    if (this.#isFollowing) return false
    const lagging = this.#memory.takeLagging()
    if (lagging.length === 0) return false
    this.#isFollowing = true
    try {
      await followCatalogChange(lagging, (jobs) => this.write(jobs))
    } finally {
      this.#isFollowing = false
      // What was loaded on the way still told of them; what could not be settled is the keeper's.
      this.#memory.takeLagging()
    }
    return true
  }

  /** What D1 has, with what these commands want looked up, beside the memory that fell short of it; or why there is none. */
  async #lookUp(jobs: Jobs, short: Memory | null): Promise<Memory | 'full' | 'unanswered'> {
    const wanted = lookUpFor(submissionsOf(jobs))
    try {
      return await (short === null ? this.#memory.load(wanted) : this.#memory.complete(short, wanted))
    } catch (error) {
      log('error', 'load_failed', { error: errorText(error) })
      return d1Failure(error) === 'full' ? 'full' : 'unanswered'
    }
  }

  /** The catalog that a memory was read with; or why there is none. */
  async #catalogOf({ catalogVersion }: Memory): Promise<Catalog | 'changed' | 'unanswered'> {
    try {
      return (await this.#deps.catalogs.of(catalogVersion)) ?? 'changed'
    } catch (error) {
      log('error', 'load_failed', { error: errorText(error) })
      return 'unanswered'
    }
  }

  /**
   * Decides a group and, when there is something to record, sets the mark and decides those who have come meanwhile: the
   * time that the mark takes is used to gather.
   */
  async #plan(
    draft: Draft,
    jobs: Jobs,
    { isLookedUp, joining }: { readonly isLookedUp: boolean; readonly joining: JoinJobs },
  ): Promise<GroupPlan> {
    const first = await this.#decide(draft, jobs, isLookedUp)
    if (first.type !== 'decided') return first
    // Nobody has to know that a renewal is under way: it leads to no version, and may arrive at any time.
    if (draft.isEmpty || draft.isOfRenewals) return { type: 'planned', draft, replies: first.replies }

    await this.#mark.setAnew()
    const late = await this.#decide(draft, joining(), false)
    if (late.type !== 'decided') return late
    return { type: 'planned', draft, replies: [...first.replies, ...late.replies] }
  }

  async #decide(draft: Draft, jobs: Jobs, isLookedUp: boolean): Promise<GroupDecision | Poisoned> {
    const { answering, now } = this.#deps
    try {
      return await decideGroup(draft, submissionsOf(jobs), { isLookedUp, now: now(), answering })
    } catch (error) {
      // A command that nobody can decide or write down is like one that D1 refuses: nothing of it was sent.
      log('error', 'plan_failed', { error: errorText(error) })
      return { type: 'poisoned' }
    }
  }

  async #record(draft: Draft): Promise<RecordOutcome> {
    const { db, concluding, recorded, size } = this.#deps
    const { eventEnds } = draft
    const batch = draft.batch(eventEnds.length === 0 ? [] : (await concluding())(db, eventEnds))
    if (!hasRoomFor(batch, size)) return 'full'
    const { isOfRenewals } = draft
    const outcome = await record(db, batch, () => (isOfRenewals ? Promise.resolve() : this.#mark.set()))
    if (outcome === 'unknown' && !isOfRenewals) this.#inDoubtUntil = this.#mark.until
    if (outcome === 'recorded') {
      // An entry of ours has the place that a batch in doubt would need: that one can never be recorded now.
      if (batch.entries.length > 0) this.#inDoubtUntil = 0
      await recorded(draft.news)
    }
    return outcome
  }
}

const NO_ROOM = { type: 'unavailable', isFull: true } as const

/** What room is left in the end belongs to those who are in the ledger. */
function hasRoomFor({ afterVersion, entries }: Batch, size: DatabaseSize): boolean {
  const isFirst = afterVersion === 0 && entries.length > 0
  return isFirst ? size.takesNewUsers : !size.isFull
}

function submissionsOf(jobs: Jobs): readonly Submission[] {
  return jobs.map(({ item }) => item)
}

function replyingToAll(jobs: Jobs, reply: SubmissionReply): GroupOutcome {
  return { type: 'replied', replies: jobs.map(() => reply) }
}
