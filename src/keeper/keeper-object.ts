import { DurableObject } from 'cloudflare:workers'
import type { Instant } from '../domain/values/instant.ts'

/** How long a keeper rests between two rounds, at the least: otherwise as long as the last one took. */
const REST_MS_MIN = 50

/** What one round did, and whether nothing is left that is due. */
export interface RoundReport {
  readonly done: number
  readonly isAll: boolean
}

interface KeeperDeps {
  readonly now: () => Instant
  readonly round: () => Promise<RoundReport>
}

/**
 * The keeper of one database: does what is due in it, round by round, each in an alarm of its own, for as long as any is left.
 * It works half of the time, so that what users do is not slowed. Nothing lies in it but its alarm: what is due stands in the
 * database, and a second keeper beside it does nothing twice.
 *
 * A round that came to nothing, though something is left, is followed by none until somebody wakes the keeper again: the cron
 * does so every minute.
 */
export class KeeperObject<Env> extends DurableObject<Env> {
  readonly #deps: KeeperDeps

  constructor(ctx: DurableObjectState, env: Env, deps: KeeperDeps) {
    super(ctx, env)
    this.#deps = deps
  }

  /** Has it look at what is due, at once unless it rests between two rounds. */
  async wake(): Promise<void> {
    const { now } = this.#deps
    const alarm = await this.ctx.storage.getAlarm()
    // One that was to go off long ago is as good as none.
    if (alarm === null || alarm < now()) await this.ctx.storage.setAlarm(now())
  }

  override async alarm(): Promise<void> {
    const { round, now } = this.#deps
    const startedAt = now()
    const { done, isAll } = await round()
    if (isAll || done === 0) return
    const tookMs = now() - startedAt
    await this.ctx.storage.setAlarm(now() + Math.max(REST_MS_MIN, tookMs))
  }
}
