import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pathOf, strongCheck } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'

describe('updating an entitlement', () => {
  it('changes what is named and leaves the rest', async () => {
    const feature = await aFeature('config')
    const granted = await grant(aUser(), { feature, value: 1, priority: 3, endsAt: '2099-01-01T00:00:00Z' })
    const updated = await ask('PATCH', pathOf(granted), { body: { value: { seats: 9 }, endsAt: null } })
    expect(updated.status).toBe(200)
    expect(updated.json).toEqual({ ...granted.json, value: { seats: 9 }, endsAt: null, version: 2 })
    expect(updated.headers.get('ETag')).toBe('"2"')
    expect(updated.headers.get('Ledger-Head')).toMatch(/^2:/)
    expect((await ask('GET', pathOf(granted))).json).toEqual(updated.json)
    expect(await strongCheck(granted.json.userId, feature)).toMatchObject({ value: { seats: 9 }, version: 2 })
  })

  it('records nothing when nothing would change', async () => {
    const granted = await grant(aUser(), { feature: await aFeature(), priority: 3 })
    const updated = await ask('PATCH', pathOf(granted), { body: { priority: 3, metadata: null } })
    expect(updated.json).toEqual(granted.json)
    expect(updated.headers.get('Ledger-Head')).toBe(granted.headers.get('Ledger-Head'))
  })

  it('is refused where the terms make no sense, and then changes nothing', async () => {
    const granted = await grant(aUser(), { feature: await aFeature(), endsAt: '2098-01-01T00:00:00Z' })
    for (const [body, code] of [
      [{ startsAt: '2099-01-01T00:00:00Z' }, 'period_impossible'],
      [{ endsAt: null, graceEndsAt: '2099-01-01T00:00:00Z' }, 'period_impossible'],
      [{ graceEndsAt: '2098-01-01T00:00:00Z' }, 'period_impossible'],
      [{ value: 1 }, 'value_not_allowed'],
    ] as const) {
      expect(await ask('PATCH', pathOf(granted), { body })).toMatchObject({ status: 422, json: { code } })
    }
    expect((await ask('GET', pathOf(granted))).json).toEqual(granted.json)
  })

  it('cannot touch whose right it is, to what and from where', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    for (const body of [{ feature: 'other' }, { sourceRef: 'other' }, { userId: 'other' }, {}]) {
      expect((await ask('PATCH', pathOf(granted), { body })).json.code).toBe('malformed_request')
    }
  })
})

describe('revoking an entitlement', () => {
  it('ends access at once and for good, and does it once', async () => {
    const feature = await aFeature()
    const granted = await grant(aUser(), { feature })
    const revoked = await ask('DELETE', `${pathOf(granted)}?reason=asked%20for%20it`)
    expect(revoked).toMatchObject({ status: 200, json: { state: 'revoked', version: 2 } })
    expect(revoked.json.revokedAt).not.toBeNull()
    expect(await strongCheck(granted.json.userId, feature)).toMatchObject({
      allowed: false,
      reason: 'revoked',
      entitlements: [granted.json.id],
    })
    const again = await ask('DELETE', pathOf(granted))
    expect(again.json).toEqual(revoked.json)
  })

  it('leaves nothing to update, suspend or resume', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    await ask('DELETE', pathOf(granted))
    const refused = await Promise.all([
      ask('PATCH', pathOf(granted), { body: { trial: true } }),
      ask('POST', `${pathOf(granted)}/suspend`, { headers: aKey() }),
      ask('POST', `${pathOf(granted)}/resume`, { headers: aKey() }),
    ])
    for (const { status, json } of refused) expect([status, json.code]).toEqual([409, 'entitlement_revoked'])
  })
})

describe('suspending an entitlement', () => {
  it('stops access until it is resumed', async () => {
    const feature = await aFeature()
    const granted = await grant(aUser(), { feature })
    const suspended = await ask('POST', `${pathOf(granted)}/suspend`, { headers: aKey() })
    expect(suspended).toMatchObject({ status: 200, json: { state: 'suspended', version: 2 } })
    expect(await strongCheck(granted.json.userId, feature)).toMatchObject({ reason: 'suspended' })

    const resumed = await ask('POST', `${pathOf(granted)}/resume`, { headers: aKey() })
    expect(resumed.json).toEqual({ ...granted.json, version: 3 })
    expect(await strongCheck(granted.json.userId, feature)).toMatchObject({ allowed: true, version: 3 })
  })

  it('records nothing when it is suspended already, nor resuming what goes on', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    const act = (action: string) => ask('POST', `${pathOf(granted)}/${action}`, { headers: aKey() })
    expect((await act('resume')).json.version).toBe(1)
    const suspended = await act('suspend')
    expect((await act('suspend')).json).toEqual(suspended.json)
  })
})
