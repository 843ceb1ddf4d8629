import { setTimeout as sleep } from 'node:timers/promises'
import { MONTH_SECONDS } from './monthly-events.mjs'

/** As in `wrangler.toml`: what the inbox has due, and receipts of refusals. */
const CRONS = ['* * * * *', '23 * * * *']

/** How long the body of a settled event is kept unless a setting says otherwise. */
const BODY_MS = 14 * 86_400_000

const TRIES = 500

/**
 * Lets a month pass for what is recorded: the clock of workerd cannot be set, so every moment by which something is
 * dropped is moved back instead. Then the crons fire until nothing is left that is kept for too long.
 */
export async function aMonthPasses({ db, scheduled }) {
  const ms = MONTH_SECONDS * 1000
  await db.batch([
    db.prepare('UPDATE inbox SET received_at = received_at - ?').bind(ms),
    db.prepare('UPDATE receipts SET expires_at = expires_at - ? WHERE expires_at IS NOT NULL').bind(ms),
  ])
  for (let tries = 0; tries < TRIES; tries += 1) {
    for (const cron of CRONS) await scheduled(cron)
    if ((await outlived(db)) === 0) return
    await sleep(20)
  }
  throw new Error(`${await outlived(db)} rows outlived their time`)
}

/** How many bodies and receipts are there that should have been dropped. */
function outlived(db) {
  const now = Date.now()
  return db
    .prepare(
      `SELECT (SELECT count(*) FROM inbox WHERE body IS NOT NULL AND received_at < ?)
        + (SELECT count(*) FROM receipts WHERE expires_at < ?) AS outlived`,
    )
    .bind(now - BODY_MS, now)
    .first('outlived')
}
