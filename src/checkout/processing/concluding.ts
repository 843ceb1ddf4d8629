import { conclusionStatements } from '../../inbox/conclusion-statements.ts'
import type { Concluding } from '../../ledger/submission.ts'
import { NOTHING_YET } from './attempt-outcome.ts'
import { conclusionOf } from './conclusion-of.ts'

/** Concludes events with the batch that records all they tell, as they would be concluded after it. */
export const concluding: Concluding = (d1, ends) => {
  const attempts = ends.map(({ event, userId, settlement: { versions, notices } }) => {
    const flags = [...event.flags, ...notices]
    const outcome = { ...NOTHING_YET, isSaid: true, isAboutSources: true, userId, versions, flags }
    return { event, conclusion: conclusionOf({ ...event, userId }, outcome, event.at) }
  })
  return conclusionStatements(d1, attempts)
}
