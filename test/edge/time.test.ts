import { beforeAll, describe, expect, it } from 'vitest'
import type { CreateEntitlement } from '../../src/domain/user/command.ts'
import { aCreation } from '../domain/samples.ts'
import { MINUTE, aReader } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aKnownUser, aSubmission, withExportFeature } from '../support/ledger.ts'

stopTheClock()
beforeAll(withExportFeature)

/** What memory, KV and the object say at each of these moments, of one who got these terms. */
async function seenAt(terms: Partial<CreateEntitlement>, moments: readonly number[]) {
  const userId = await aKnownUser(aSubmission(aCreation({ entitlementId: 'ent_1', ...terms })))
  const remembering = aReader()
  await remembering.check(userId)
  const seen = []
  for (const moment of moments) {
    pass(moment - Date.now())
    const weak = [await remembering.check(userId), await aReader().check(userId)]
    const strong = await aReader().check(userId, { strong: true })
    for (const { allowed, reason, nextChangeAt } of weak) {
      expect({ allowed, reason, nextChangeAt }).toEqual({
        allowed: strong.allowed,
        reason: strong.reason,
        nextChangeAt: strong.nextChangeAt,
      })
    }
    seen.push([...weak.map(({ source }) => source), strong.allowed, strong.reason, strong.nextChangeAt])
  }
  return seen
}

describe('time alone changes the answer of memory and KV on the millisecond', () => {
  it('when a period ends', async () => {
    const endsAt = Date.now() + MINUTE / 2
    expect(await seenAt({ endsAt }, [endsAt - 1, endsAt])).toEqual([
      ['memory', 'kv', true, 'granted', endsAt],
      ['ledger', 'ledger', false, 'expired', null],
    ])
  })

  it('when a period begins: the copy was made when it was a no', async () => {
    const startsAt = Date.now() + 4000
    expect(await seenAt({ startsAt }, [startsAt - 1, startsAt, startsAt + MINUTE])).toEqual([
      ['memory', 'kv', false, 'not_started', startsAt],
      ['memory', 'kv', true, 'granted', null],
      ['memory', 'kv', true, 'granted', null],
    ])
  })

  it('when grace follows, and when it ends', async () => {
    const endsAt = Date.now() + MINUTE / 2
    const graceEndsAt = endsAt + MINUTE
    expect(await seenAt({ endsAt, graceEndsAt }, [endsAt - 1, endsAt, graceEndsAt - 1, graceEndsAt])).toEqual(
      [
        ['memory', 'kv', true, 'granted', endsAt],
        ['memory', 'kv', true, 'in_grace', graceEndsAt],
        ['memory', 'kv', true, 'in_grace', graceEndsAt],
        ['ledger', 'ledger', false, 'expired', null],
      ],
    )
  })

  it('when a trial ends', async () => {
    const endsAt = Date.now() + 4000
    expect(await seenAt({ endsAt, trial: true }, [endsAt - 1, endsAt])).toEqual([
      ['memory', 'kv', true, 'in_trial', endsAt],
      ['memory', 'kv', false, 'expired', null],
    ])
  })
})
