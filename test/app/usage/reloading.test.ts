import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../../../src/ledger/store/load.ts'
import { NO_LOOK_UP } from '../../../src/ledger/store/look-ups/look-up-request.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { HOUR, NOON } from '../../domain/samples.ts'
import { aSubmission } from '../../support/ledger.ts'
import { aWriter } from './a-writer.ts'
import { commit, consume, credits, release, reserve, reverse, withCredits } from './submitting.ts'

const DAY = 24 * HOUR

beforeAll(withCredits)

const byDay = { every: 'day', anchor: NOON, rolloverMax: 3 } as const

/** What is asked, how long after the one before, and what that is answered. */
const STORY: readonly (readonly [name: string, afterMs: number, submission: Submission, status: number])[] = [
  ['a lot with a reset and a rollover', 0, credits('daily', 10, { reset: byDay, startsAt: NOON }), 201],
  ['a lot for once', 0, credits('once', 5), 201],
  ['a consumption', 1, consume(4), 201],
  ['a reservation', 1, reserve(2, 2 * HOUR), 201],
  ['another, which will lapse', 1, reserve(1, HOUR), 201],
  ['a consumption after the lapse', HOUR, consume(1), 201],
  ['a reservation across the boundary', 20 * HOUR, reserve(1, 6 * HOUR), 201],
  ['a consumption after the boundary, with what was carried', 4 * HOUR, consume(12), 201],
  ['a commit of what belongs to the period before', 0, commit(7, 1), 201],
  ['a reversal into a period that is over', 0, reverse(3, 2), 201],
  ['a reversal into this one', 0, reverse(8, 2), 201],
  ['a reservation that is too late', 0, commit(5, 1), 409],
  [
    'a change of the reset',
    HOUR,
    aSubmission({
      type: 'update_entitlement',
      entitlementId: 'ent_daily',
      changes: { reset: { ...byDay, every: 'week', anchor: NOON - HOUR } },
    }),
    200,
  ],
  ['a reservation', 0, reserve(2, DAY), 201],
  [
    'another change of the reset, which names what is held anew',
    0,
    aSubmission({
      type: 'update_entitlement',
      entitlementId: 'ent_daily',
      changes: { reset: null },
    }),
    200,
  ],
  ['a release', 0, release(13), 200],
  ['an end by hand', 0, aSubmission({ type: 'revoke_entitlement', entitlementId: 'ent_daily' }), 200],
  ['a reversal to what has ended', 0, reverse(8, 1), 201],
  ['many periods later', 100 * DAY, consume(1), 201],
]

describe('a state that is loaded from D1', () => {
  it('is the one that is remembered, after every step of a long story', async () => {
    const { userId, clock, writer, submit } = aWriter()
    for (const [name, afterMs, submission, status] of STORY) {
      clock.now += afterMs
      const answer = await submit(submission)
      expect([name, answer.status, answer.body]).toEqual([name, status, answer.body])
      const remembered = await writer.read()
      const loaded = await load(env.DB, userId, NO_LOOK_UP)
      expect({ name, ...loaded.state }).toEqual({ name, ...remembered.state })
      expect(loaded.hash).toBe(remembered.hash)
    }
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })

  it('answers what one that was never thrown away answers', async () => {
    const [kept, forgetful] = [aWriter(), aWriter()]
    const bodies = []
    for (const [, afterMs, submission] of STORY) {
      kept.clock.now += afterMs
      forgetful.clock.now += afterMs
      const successor = aWriter(forgetful.userId, forgetful.clock)
      const answers = [await kept.submit(submission), await successor.submit(submission)]
      bodies.push(answers.map(({ body }) => body.replaceAll(/user-[0-9a-f-]+/g, 'user')))
    }
    expect(bodies.map(([, body]) => body)).toEqual(bodies.map(([body]) => body))
  })
})
