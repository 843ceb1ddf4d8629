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
  /** Puts the catalog into KV, confirmed anew. Never throws but where the Worker is misconfigured. */
  readonly renew: () => Promise<void>
  /** How long after one renewal the next one comes; 0 where none does. */
  readonly renewalMs: () => number
}

/** Whether a round is due: an alarm may be one of a renewal alone. */
const IS_WOKEN = 'isWoken'

/**
 * The keeper of one database: renews the catalog in KV, and does what is due in the database, round by round, each in an alarm
 * of its own, for as long as any is left. How fast is a round's own affair. Nothing lies in the keeper but its alarm, and whether
 * a round is due in it: what is due stands in the database, and a second keeper beside it does nothing twice.
 *
 * A round that came to nothing, though something is left, is followed by none until somebody wakes the keeper again: the cron
 * does so every minute.
 */
export class KeeperObject<Env> extends DurableObject<Env> {
  readonly #deps: KeeperDeps
  #renewAt: Instant = -Infinity

  constructor(ctx: DurableObjectState, env: Env, deps: KeeperDeps) {
    super(ctx, env)
    this.#deps = deps
  }

  /** Has it look at what is due: at once, or after the round that it is in. */
  async wake(): Promise<void> {
    await this.ctx.storage.put(IS_WOKEN, true)
    await this.ctx.storage.setAlarm(this.#deps.now())
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx
    const renewalMs = this.#deps.renewalMs()
    await this.#renewIfDue(renewalMs)
    if ((await storage.get(IS_WOKEN)) === true) {
      const { done, isAll } = await this.#deps.round()
      if (!isAll && done > 0) return this.wake()
      // Somebody has woken it meanwhile: the next round is due at once.
      if ((await storage.getAlarm()) !== null) return
      await storage.delete(IS_WOKEN)
    }
    if (renewalMs > 0) await storage.setAlarm(this.#renewAt)
  }

  async #renewIfDue(renewalMs: number): Promise<void> {
    const { now, renew } = this.#deps
    if (renewalMs === 0 || now() < this.#renewAt) return
    this.#renewAt = now() + renewalMs
    await renew()
  }
}
