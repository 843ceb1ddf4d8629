import { beforeAll, describe, expect, it } from 'vitest'
import type { Submission } from '../../../src/ledger/submission.ts'
import { numbersOf } from './a-meter.ts'
import { MOMENTS_MAX, dieAndRetry } from './die-and-retry.ts'
import { commit, consume, credits, release, reserve, reverse, withCredits } from './submitting.ts'

beforeAll(withCredits)

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
