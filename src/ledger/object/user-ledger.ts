import { DurableObject } from 'cloudflare:workers'
import type { Policy } from '../../domain/purchases/payments/policy.ts'
import type { Snapshot } from '../../domain/user/snapshot.ts'
import type { UserState } from '../../domain/user/user-state.ts'
import type { FeatureKey } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { DatabaseSize } from '../../platform/database-size.ts'
import { logging } from '../../platform/log.ts'
import type { CopyState } from '../ledger-client.ts'
import type { Memory } from '../store/memory.ts'
import type { Answering, Concluding, Submission, SubmissionReply } from '../submission.ts'
import { LATER_MS } from './decisions/news.ts'
import type { Catalogs } from './catalogs.ts'
import { CopyDemand } from './copy-demand.ts'
import { GroupQueue, type Job } from './group-queue.ts'
import { Publisher } from './publisher.ts'
import { Turns } from './turns.ts'
import type { Writer } from './writer.ts'

/** How long after a put was due the alarm sees to it. */
const ALARM_AFTER_MS = 1000

interface UserLedgerDeps {
  readonly db: D1Database
  /** As `db` tells it. */
  readonly size: DatabaseSize
  readonly kv: KVNamespace
  /** Loads the catalog in `db`, which all objects of an isolate share: only who writes needs it. */
  readonly catalogs: () => Promise<Catalogs>
  /** Loads the words in which a command is answered: only who writes needs them. */
  readonly answering: () => Promise<Answering>
  /** Loads how an event is concluded in the batch that records it: only who records one needs that. */
  readonly concluding: () => Promise<Concluding>
  readonly policy: Policy
  readonly now: () => Instant
  readonly epoch: number
  /** The oldest confirmation on which a reader gives a "yes". */
  readonly allowMaxAgeMs: number
  /** How long a copy in KV can be of any use. */
  readonly snapshotTtlSeconds: number
}

type SubmissionJob = Job<Submission, SubmissionReply>

/** The newest state, confirmed when it was asked for. */
interface Reading {
  readonly state: UserState
  readonly askedAt: Instant
}

/**
 * One user's object: their only writer, and the last word on what is newest.
 *
 * Its storage holds nothing but the alarm. The alarm is set before a batch leaves and moved once it is
 * recorded: who finds it set knows that something may be under way or unpublished, and an instance that has
 * been replaced fails at moving it and so acknowledges nothing.
 */
export class UserLedgerObject<Env> extends DurableObject<Env> {
  readonly #deps: UserLedgerDeps
  readonly #turns = new Turns()
  readonly #queue: GroupQueue<Submission, SubmissionReply>
  readonly #publisher: Publisher
  readonly #demand: CopyDemand
  #writer: Writer | null = null
  #sending = false
  /** The reading that still waits for its turn. */
  #nextReading: Promise<Reading> | null = null
  /** When the alarm goes off, as far as this instance knows. */
  #alarmAt: Instant | null = null

  constructor(ctx: DurableObjectState, env: Env, deps: UserLedgerDeps) {
    super(ctx, env)
    this.#deps = deps
    this.#queue = new GroupQueue(this.#turns, (jobs, join) => this.#write(jobs, join))
    this.#demand = new CopyDemand(deps.allowMaxAgeMs)
    this.#publisher = new Publisher({
      kv: deps.kv,
      epoch: deps.epoch,
      ttlSeconds: deps.snapshotTtlSeconds,
      now: deps.now,
      newest: async () => (await this.#open()).copyOf(await this.#newest()),
    })
  }

  /** Decides and records a command. */
  async submit(submission: Submission): Promise<SubmissionReply> {
    return (await this.#queue.add(submission)) ?? { type: 'overloaded' }
  }

  /**
   * The newest snapshot. The caller says what copy they found: an old or missing one in KV is replaced when it is asked
   * for again, unless there is nothing to say of the user. Who names features is told of these alone.
   */
  async snapshot(copy: CopyState, features?: readonly FeatureKey[]): Promise<Snapshot> {
    const snapshot = await this.#newest(features)
    if (copy === 'not_looked_for' || snapshot.version === 0) return snapshot
    const now = this.#deps.now()
    const confirmedAt = Math.max(copy === 'none' ? 0 : copy, this.#publisher.confirmedAt)
    const isOld = confirmedAt < now - this.#deps.allowMaxAgeMs / 2
    if (this.#demand.isSecond(copy, now) && isOld && this.#publisher.dueAt === null) {
      this.#publisher.want('answer')
      this.ctx.waitUntil(this.#publish())
    }
    return snapshot
  }

  /** Publishes what is newest now, whatever a predecessor or a lost batch has left unpublished. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null
    // Without a memory, or with a batch in doubt, nothing tells whether KV has the newest.
    if (this.#writer === null || this.#writer.inDoubtUntil > 0) this.#publisher.want('answer')
    await this.#publish()
  }

  async #write(jobs: readonly SubmissionJob[], join: () => readonly SubmissionJob[]): Promise<void> {
    const requestIds = jobs.map(({ item }) => item.requestId)
    const joinLogged = () => {
      const more = join()
      requestIds.push(...more.map(({ item }) => item.requestId))
      return more
    }
    try {
      await logging(requestIds, async () => (await this.#open()).write(jobs, joinLogged))
    } finally {
      this.#sending = false
    }
    this.ctx.waitUntil(this.#publish())
  }

  /**
   * Waits for an append under way, as a strong answer must. All who ask before a reading has its turn share it: while
   * D1 is slow, no change waits behind more than one.
   */
  async #newest(features?: readonly FeatureKey[]): Promise<Snapshot> {
    this.#nextReading ??= this.#turns.take(async () => {
      this.#nextReading = null
      const askedAt = this.#deps.now()
      const { state } = await this.#read()
      return { state, askedAt }
    })
    const { state, askedAt } = await this.#nextReading
    return (await this.#open()).snapshotOf(state, askedAt, features)
  }

  /** What sources gave by an older catalog they give anew by then, which is published like any change. */
  async #read(): Promise<Memory> {
    const writer = await this.#open()
    try {
      return await writer.read()
    } finally {
      const hasWritten = this.#sending
      this.#sending = false
      if (hasWritten) this.ctx.waitUntil(this.#publish())
    }
  }

  async #publish(): Promise<void> {
    await this.#publisher.publishIfDue()
    // A batch that has left keeps its mark; it moves the alarm itself once it is recorded.
    if (!this.#sending) await this.#moveAlarm()
  }

  async #moveAlarm(): Promise<void> {
    const inDoubtUntil = this.#writer?.inDoubtUntil ?? 0
    const { dueAt } = this.#publisher
    const soon = this.#deps.now() + ALARM_AFTER_MS
    if (inDoubtUntil > this.#deps.now()) await this.#setAlarm(inDoubtUntil)
    // The put itself follows the answer; the alarm is for the case that it does not.
    else if (dueAt !== null) await this.#setAlarm(Math.max(dueAt, soon))
    // The time of doubt is over: the alarm has to come soon, to publish in case the batch was recorded after all.
    else if (inDoubtUntil > 0 && this.#alarmAt !== null) await this.#setAlarm(Math.min(this.#alarmAt, soon))
    // One that goes off in a moment and finds nothing to do costs less than taking it back.
    else if (this.#alarmAt !== null && this.#alarmAt > soon) await this.#setAlarm(null)
  }

  /** The storage does one thing after the other: what is asked of it counts from then on, and not only once it is done. */
  async #setAlarm(at: Instant | null): Promise<void> {
    if (at === this.#alarmAt) return
    this.#alarmAt = at
    const { storage } = this.ctx
    try {
      await (at === null ? storage.deleteAlarm() : storage.setAlarm(at))
    } catch (error) {
      this.#alarmAt = null
      throw error
    }
  }

  async #open(): Promise<Writer> {
    if (this.#writer !== null) return this.#writer
    // Most isolates answer checks and never write, and start sooner without what only writing needs.
    const { Writer } = await import('./writer.ts')
    const userId = this.ctx.id.name
    if (userId === undefined) throw new Error('A user’s object is reached by the id of its user')
    const alarm = await this.ctx.storage.getAlarm()
    this.#alarmAt = alarm
    // Read before anything moves it: that it is set is all that tells that a predecessor left something unpublished.
    if (alarm !== null) this.#publisher.want('answer')
    const { db, size, answering, catalogs, concluding, now, policy, snapshotTtlSeconds } = this.#deps
    this.#writer = new Writer(
      {
        userId,
        db,
        size,
        answering: await answering(),
        catalogs: await catalogs(),
        concluding,
        policy,
        now,
        sending: async (doubtEndsAt) => {
          this.#sending = true
          await this.#setAlarm(doubtEndsAt)
          await this.ctx.storage.sync()
        },
        recorded: async (news) => {
          if (news === 'balance' || news === 'answer') this.#publisher.want(news)
          // Only a copy that is kept for longer than that could still answer when it is news.
          if (news === 'later' && snapshotTtlSeconds * 1000 > LATER_MS) this.#publisher.want('answer')
          await this.#moveAlarm()
        },
      },
      alarm ?? 0,
    )
    return this.#writer
  }
}
