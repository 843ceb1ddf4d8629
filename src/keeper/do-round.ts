import { type SweepDeps, sweep } from '../checkout/jobs/sweep.ts'
import { BOUNDS } from '../checkout/processing/budget.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import { countQuestions } from '../platform/count-questions.ts'
import type { RoundReport } from './keeper-object.ts'

/**
 * How much a round asks of D1 and of users' objects before it begins nothing more. One invocation may ask a thousand
 * (https://developers.cloudflare.com/d1/platform/limits/); what is begun may go on with the rest.
 */
const ASKED_MAX = 800

/** Does what is due in a database, within what one invocation may ask. Each job has its share of that, as of the time. */
export async function doRound(deps: SweepDeps): Promise<RoundReport> {
  let asked = 0
  const count = () => {
    asked += 1
  }
  const counted = { ...deps, d1: countQuestions(deps.d1, count), ledgers: countCalls(deps.ledgers, count) }
  const reports = Object.values(await sweep(counted, BOUNDS.round, (share) => asked < ASKED_MAX * share))
  return {
    done: reports.reduce((sum, { done }) => sum + done, 0),
    isAll: reports.every(({ isAll }) => isAll),
  }
}

function countCalls(ledgers: UserLedgers, count: () => void): UserLedgers {
  return (userId) => {
    count()
    return ledgers(userId)
  }
}
