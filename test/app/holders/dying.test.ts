import { beforeAll, describe, expect, it } from 'vitest'
import type { Submission } from '../../../src/ledger/submission.ts'
import { numbersOf } from '../usage/a-meter.ts'
import { MOMENTS_MAX, dieAndRetry } from '../usage/die-and-retry.ts'
import { commit, lease, letGo, renew, seats, take, withSeats } from '../usage/submitting.ts'

beforeAll(withSeats)

const given = seats(3)

describe('an object that dies', () => {
  it.each<[string, Submission, readonly Submission[], number, readonly number[], number]>([
    ['taking a seat', take('ann', 'again'), [given], 201, [3, 1, 0, 2], 2],
    ['taking one that is taken', take('ann', 'again'), [given, take('ann')], 200, [3, 1, 0, 2], 2],
    ['letting go of one', letGo('ann', 'again'), [given, take('ann')], 201, [3, 0, 0, 3], 3],
    ['leasing one', lease('ann', 60_000, 'again'), [given], 201, [3, 0, 1, 2], 2],
    ['committing a lease', commit(2, null, 'again'), [given, lease('ann')], 201, [3, 1, 0, 2], 3],
    [
      'taking one whose lease has lapsed',
      take('ann', 'again'),
      [given, lease('ann', 1)],
      201,
      [3, 1, 0, 2],
      4,
    ],
  ])(
    'at any moment of %s loses nothing and repeats nothing',
    { timeout: 30_000 },
    async (_name, submission, first, status, numbers, entries) => {
      let moment = 0
      for (; moment < MOMENTS_MAX; moment += 1) {
        const { died, answer, balance, verdict, seqs, keys } = await dieAndRetry(
          submission,
          moment,
          first,
          'seats',
        )
        expect(answer.status, `moment ${moment}`).toBe(status)
        expect(numbersOf({ ...balance }), `moment ${moment}`).toEqual(numbers)
        expect(seqs, `moment ${moment}`).toHaveLength(entries)
        expect(keys.filter((key) => key === 'api:again')).toHaveLength(1)
        expect(verdict, `moment ${moment}`).toMatchObject({ intact: true })
        if (!died) break
      }
      expect(moment).toBeGreaterThanOrEqual(6)
      expect(moment).toBeLessThan(MOMENTS_MAX)
    },
  )

  it('at any moment of a renewal leaves the lease as long as was answered', { timeout: 30_000 }, async () => {
    let moment = 0
    for (; moment < MOMENTS_MAX; moment += 1) {
      const before = Date.now()
      const { died, answer, state, seqs, keys } = await dieAndRetry(
        renew(2, 600_000),
        moment,
        [given, lease('ann')],
        'seats',
      )
      expect(answer.status, `moment ${moment}`).toBe(200)
      const endsAt = state.reservations.get(2)?.endsAt ?? 0
      expect(endsAt).toBeGreaterThanOrEqual(before + 600_000)
      expect(new Date(endsAt).toISOString()).toBe((JSON.parse(answer.body) as { endsAt: string }).endsAt)
      expect([seqs.length, keys.length]).toEqual([2, 2])
      if (!died) break
    }
    // The alarm is looked at, the user loaded, the batch sent: no mark is set.
    expect(moment).toBe(6)
  })
})
