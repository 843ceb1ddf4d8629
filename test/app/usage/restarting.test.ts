import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { load } from '../../../src/ledger/store/load.ts'
import { NO_LOOK_UP } from '../../../src/ledger/store/memory.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { Dying } from '../../support/dying.ts'
import { answerOf, recordedOf, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { numbersOf } from './a-meter.ts'
import { commit, consume, credits, release, reserve, reverse, withCredits } from './submitting.ts'

beforeAll(withCredits)

/** More moments than any command has; a test fails if that is not so. */
const MOMENTS_MAX = 40

/** What is left after an object died at one moment of a command, which was then sent again to its successor. */
async function dieAndRetry(submission: Submission, moment: number, first: readonly Submission[]) {
  const userId = aUser()
  const outcome = await withinObject(userId, async (make, state) => {
    for (const earlier of first) await make().submit(earlier)
    const dying = new Dying(moment)
    const victim = dying.object(state, make)
    const submitted = await Promise.race([victim.submit(submission), dying.death])
    return { died: submitted === 'died', answer: answerOf(await make().submit(submission)) }
  })
  const { state } = await load(env.DB, userId, NO_LOOK_UP)
  const { balance } = accessAt(state, 'credits', Date.now())
  return { ...outcome, balance, verdict: await verify(env.DB, userId), ...(await recordedOf(userId)) }
}

const given = credits('order-1', 10)
const lapsing = reserve(4, 1)

describe('an object that dies', () => {
  it.each<[string, Submission, readonly Submission[], number, readonly number[]]>([
    ['a consumption', consume(3, 'again'), [given], 201, [10, 3, 0, 7]],
    ['a consumption that is refused', consume(11, 'again'), [given], 409, [10, 0, 0, 10]],
    ['a reversal', reverse(2, 2, 'again'), [given, consume(3)], 201, [10, 1, 0, 9]],
    ['a reservation', reserve(3, 60_000, 'again'), [given], 201, [10, 0, 3, 7]],
    ['a commit', commit(2, 2, 'again'), [given, reserve(3)], 201, [10, 2, 0, 8]],
    ['a release', release(2, 'again'), [given, reserve(3)], 200, [10, 0, 0, 10]],
    ['a consumption after a reservation lapsed', consume(9, 'again'), [given, lapsing], 201, [10, 9, 0, 1]],
  ])(
    'at any moment of %s loses nothing and repeats nothing',
    { timeout: 30_000 },
    async (_name, submission, first, status, numbers) => {
      const entries = first.length + (status < 300 ? 1 : 0)
      let moment = 0
      for (; moment < MOMENTS_MAX; moment += 1) {
        const { died, answer, balance, verdict, seqs, keys } = await dieAndRetry(submission, moment, first)
        expect(answer.status, `moment ${moment}`).toBe(status)
        expect(numbersOf({ ...balance }), `moment ${moment}`).toEqual(numbers)
        expect(seqs, `moment ${moment}`).toEqual(Array.from({ length: entries }, (_, index) => index + 1))
        expect(keys.filter((key) => key === 'api:again')).toHaveLength(1)
        expect(verdict, `moment ${moment}`).toMatchObject({ intact: true })
        if (!died) break
      }
      expect(moment).toBeGreaterThanOrEqual(6) // alarm, load, mark, sync, append and move, before and after
      expect(moment).toBeLessThan(MOMENTS_MAX)
    },
  )
})
