import { DurableObject } from 'cloudflare:workers'
import type { Instant } from '../domain/values/instant.ts'

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
 * How fast is a round's own affair. Nothing lies in the keeper but its alarm: what is due stands in the database, and a second
 * keeper beside it does nothing twice.
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

  /** Has it look at what is due: at once, or after the round that it is in. */
  async wake(): Promise<void> {
    await this.ctx.storage.setAlarm(this.#deps.now())
  }

  override async alarm(): Promise<void> {
    const { done, isAll } = await this.#deps.round()
    if (!isAll && done > 0) await this.wake()
  }
}
