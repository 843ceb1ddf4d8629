import { type SweepDeps, sweep } from '../checkout/jobs/sweep.ts'
import { BOUNDS } from '../checkout/processing/budget.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import { type Through, askThrough } from '../platform/ask-through.ts'
import type { RoundReport } from './keeper-object.ts'

/**
 * How much a round asks of D1 and of users' objects before it begins nothing more. One invocation may ask a thousand
 * (https://developers.cloudflare.com/d1/platform/limits/); what is begun may go on with the rest.
 */
const ASKED_MAX = 800

/** How many times as long it rests as an answer took. */
const RESTS_AN_ANSWER = 3

/** However long an answer took: what was claimed is claimed for a minute. */
const REST_MS_MAX = 1000

/**
 * Does what is due in a database, within what one invocation may ask. Each job has its share of that, as of the time.
 *
 * After each answer it rests three times as long as that took, a second at the most: a database that answers more slowly is asked
 * less, three quarters of its time are left to what users do, and who comes meanwhile waits for one question at most.
 */
export async function doRound(deps: SweepDeps): Promise<RoundReport> {
  let asked = 0
  const paced: Through = async (ask) => {
    asked += 1
    const askedAt = deps.now()
    try {
      return await ask()
    } finally {
      const restMs = Math.min(RESTS_AN_ANSWER * (deps.now() - askedAt), REST_MS_MAX)
      if (restMs > 0) await scheduler.wait(restMs)
    }
  }
  const pacedDeps = { ...deps, d1: askThrough(deps.d1, paced), ledgers: callThrough(deps.ledgers, paced) }
  const reports = Object.values(await sweep(pacedDeps, BOUNDS.round, (share) => asked < ASKED_MAX * share))
  return {
    done: reports.reduce((sum, { done }) => sum + done, 0),
    isAll: reports.every(({ isAll }) => isAll),
  }
}

function callThrough(ledgers: UserLedgers, through: Through): UserLedgers {
  return (userId) => ({
    submit: (submission) => through(() => ledgers(userId).submit(submission)),
    snapshot: (copy, features) => through(() => ledgers(userId).snapshot(copy, features)),
  })
}
