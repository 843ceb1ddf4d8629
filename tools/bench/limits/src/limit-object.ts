import { DurableObject } from 'cloudflare:workers'
import type { Answer, Env, Written } from './env.ts'
import { conclusionStatement, grantStatements, renewalStatements } from './statements.ts'

/** D1 ends a batch after 30 s. */
const BATCH_MS = 35_000

const PUBLISH_MS = 1000

/** An object that decides nothing, and writes what the ledger's object writes. */
export class LimitObject extends DurableObject<Env> {
  #seq: number | null = null

  snapshot(): object {
    const { snapshot } = JSON.parse(this.env.SAMPLES.snapshot) as { snapshot: object }
    return snapshot
  }

  /** Takes the request and returns the answer: both have their way to go. */
  async grant(_request: string): Promise<Answer> {
    const userId = await this.#record(this.env.SAMPLES.granted, grantStatements)
    await this.ctx.storage.setAlarm(Date.now() + PUBLISH_MS)
    this.ctx.waitUntil(this.#publish(userId))
    return this.env.SAMPLES.answers.grant
  }

  /** What is no news to readers is not published; that the event is applied goes along in the batch. */
  async renew(inboxId: string): Promise<void> {
    const { DB, SAMPLES } = this.env
    await this.#record(SAMPLES.renewed, (...what) => [
      ...renewalStatements(...what),
      conclusionStatement(DB, inboxId, SAMPLES.renewalEvent),
    ])
    await this.ctx.storage.deleteAlarm()
  }

  /** One user's place after another, with the alarm set before the batch leaves. Answers whose it is. */
  async #record(written: Written, statementsOf: typeof grantStatements): Promise<string> {
    const { storage } = this.ctx
    const { DB } = this.env
    const userId = this.ctx.id.name ?? ''
    const seq = (this.#seq ?? (await lastSeq(DB, userId))) + 1
    this.#seq = seq + (written['entries']?.length ?? 0) - 1
    await storage.setAlarm(Date.now() + BATCH_MS)
    await storage.sync()
    await DB.batch(statementsOf(DB, written, userId, seq))
    return userId
  }

  async #publish(userId: string): Promise<void> {
    await this.env.KV.put(`snapshot:1:1:${userId}`, this.env.SAMPLES.snapshot, { expirationTtl: 3600 })
    await this.ctx.storage.deleteAlarm()
  }

  override async alarm(): Promise<void> {
    // What was due is put already.
  }
}

async function lastSeq(d1: D1Database, userId: string): Promise<number> {
  const last = await d1
    .prepare('SELECT coalesce(max(seq), 0) AS seq FROM entries WHERE user_id = ?')
    .bind(userId)
    .first<number>('seq')
  return last ?? 0
}
