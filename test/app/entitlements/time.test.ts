import { beforeEach, describe, expect, it, vi } from 'vitest'
import { aFeature, ask, grant, pathOf, strongCheck } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'

const NOW = '2027-01-15T12:00:00.000Z'

// One clock for the whole file: the Worker takes hold of it with its first request.
vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(NOW) })
beforeEach(() => void vi.setSystemTime(NOW))

/** What a user is told of an entitlement of these terms, at each of these moments. */
async function seenAt(terms: object, moments: readonly string[]) {
  const userId = aUser()
  const feature = await aFeature()
  const granted = await grant(userId, { feature, ...terms })
  const seen = []
  for (const moment of moments) {
    vi.setSystemTime(moment)
    const { state } = (await ask('GET', pathOf(granted))).json
    const { allowed, reason, nextChangeAt } = await strongCheck(userId, feature)
    seen.push([state, allowed, reason, nextChangeAt])
  }
  return seen
}

describe('time alone', () => {
  it('starts what is scheduled, on the millisecond', async () => {
    const startsAt = '2027-01-15T12:10:00.000Z'
    expect(await seenAt({ startsAt }, [NOW, '2027-01-15T12:09:59.999Z', startsAt])).toEqual([
      ['scheduled', false, 'not_started', startsAt],
      ['scheduled', false, 'not_started', startsAt],
      ['active', true, 'granted', null],
    ])
  })

  it('ends what has an end, and the end is no longer part of it', async () => {
    const endsAt = '2027-01-15T12:10:00.000Z'
    expect(await seenAt({ endsAt }, ['2027-01-15T12:09:59.999Z', endsAt])).toEqual([
      ['active', true, 'granted', endsAt],
      ['expired', false, 'expired', null],
    ])
  })

  it('takes what was over before it was granted, as expired', async () => {
    const endsAt = '2026-01-15T12:10:00.000Z'
    expect(await seenAt({ endsAt }, [NOW])).toEqual([['expired', false, 'expired', null]])
  })

  it('lets grace follow the end, and ends that too', async () => {
    const endsAt = '2027-01-15T12:10:00.000Z'
    const graceEndsAt = '2027-01-15T12:40:00.000Z'
    const moments = [NOW, endsAt, '2027-01-15T12:39:59.999Z', graceEndsAt]
    expect(await seenAt({ endsAt, graceEndsAt }, moments)).toEqual([
      ['active', true, 'granted', endsAt],
      ['in_grace', true, 'in_grace', graceEndsAt],
      ['in_grace', true, 'in_grace', graceEndsAt],
      ['expired', false, 'expired', null],
    ])
  })

  it('turns nothing into less than it is: a trial is active and allowed, and says that it is one', async () => {
    const endsAt = '2027-01-15T12:10:00.000Z'
    expect(await seenAt({ trial: true, endsAt }, [NOW, endsAt])).toEqual([
      ['active', true, 'in_trial', endsAt],
      ['expired', false, 'expired', null],
    ])
  })

  it('is also that of checks of all features at once', async () => {
    const userId = aUser()
    const startsAt = '2027-01-15T12:10:00.000Z'
    const [soon, now] = [await aFeature(), await aFeature()]
    await grant(userId, { feature: soon, startsAt })
    await grant(userId, { feature: now })
    const reasons = async () => {
      const { json } = await ask('GET', `/v4/users/${userId}/access?consistency=strong`)
      return Object.fromEntries(
        json.features.map(({ feature, reason }: { feature: string; reason: string }) => [feature, reason]),
      )
    }
    expect(await reasons()).toEqual({ [soon]: 'not_started', [now]: 'granted' })
    vi.setSystemTime(startsAt)
    expect(await reasons()).toEqual({ [soon]: 'granted', [now]: 'granted' })
  })
})

describe('the period of a grant', () => {
  it('may lie in the past, as it does when old purchases are brought in', async () => {
    const { status, json } = await grant(aUser(), {
      feature: await aFeature(),
      startsAt: '1970-01-01T00:00:00Z',
      endsAt: '2026-01-01T00:00:00Z',
    })
    expect([status, json.state, json.startsAt]).toEqual([201, 'expired', '1970-01-01T00:00:00.000Z'])
  })

  it('is refused when it could never be', async () => {
    for (const terms of [
      { startsAt: NOW, endsAt: NOW },
      { startsAt: NOW, endsAt: '2027-01-15T11:59:59.999Z' },
      { graceEndsAt: NOW },
      { endsAt: NOW, graceEndsAt: NOW },
    ]) {
      const { status, json } = await grant(aUser(), { feature: await aFeature(), ...terms })
      expect([status, json.code]).toEqual([422, 'period_impossible'])
    }
  })
})
