import { env } from 'cloudflare:workers'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { load } from '../../../src/ledger/store/load.ts'
import { NO_LOOK_UP } from '../../../src/ledger/store/look-ups/look-up-request.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { Dying } from '../../support/dying.ts'
import { answerOf, recordedOf, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

/** More moments than any command has; a test fails if that is not so. */
export const MOMENTS_MAX = 40

/** What is left after an object died at one moment of a command, which was then sent again to its successor. */
export async function dieAndRetry(
  submission: Submission,
  moment: number,
  first: readonly Submission[],
  feature = 'credits',
) {
  const userId = aUser()
  const outcome = await withinObject(userId, async (make, state) => {
    for (const earlier of first) await make().submit(earlier)
    const dying = new Dying(moment)
    const victim = dying.object(state, make)
    const submitted = await Promise.race([victim.submit(submission), dying.death])
    return { died: submitted === 'died', answer: answerOf(await make().submit(submission)) }
  })
  const { state } = await load(env.DB, userId, NO_LOOK_UP)
  const { balance } = accessAt(state, feature, Date.now())
  return { ...outcome, state, balance, verdict: await verify(env.DB, userId), ...(await recordedOf(userId)) }
}
