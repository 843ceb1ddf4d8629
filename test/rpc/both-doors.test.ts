import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant } from '../support/api.ts'
import { aUser } from '../support/user.ts'
import { aBinding, thrownBy } from './bindings.ts'

async function entriesOf(userId: string): Promise<number> {
  return (await ask('GET', `/v4/users/${userId}/ledger`)).json.items.length
}

describe('the same change with the same key', () => {
  it('is done once, whichever doors it comes through, and answered as the first time', async () => {
    const feature = await aFeature('config')
    const terms = { feature, value: [1, { a: 2 }], startsAt: '2020-01-01T00:00:00Z', metadata: { order: 7 } }
    const key = { 'Idempotency-Key': 'order-1' }

    const first = aUser()
    const { json } = await grant(first, terms, key)
    expect(await aBinding().grant({ userId: first, idempotencyKey: 'order-1', ...terms })).toEqual(json)
    expect(await entriesOf(first)).toBe(1)

    const second = aUser()
    const granted = await aBinding().grant({ userId: second, idempotencyKey: 'order-1', ...terms })
    const replayed = await grant(second, terms, key)
    expect([replayed.status, replayed.json]).toEqual([201, granted])
    expect(replayed.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await entriesOf(second)).toBe(1)
  })

  it('is done once at the same moment through both', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const [{ json }, granted] = await Promise.all([
      grant(userId, { feature }, { 'Idempotency-Key': 'order-1' }),
      aBinding().grant({ userId, idempotencyKey: 'order-1', feature }),
    ])
    expect(granted).toEqual(json)
    expect(await entriesOf(userId)).toBe(1)
  })

  it('is the same revocation, with its reason', async () => {
    const { json } = await grant(aUser(), { feature: await aFeature() })
    const { userId, id: entitlementId } = json
    const revoked = await aBinding().revoke({
      userId,
      entitlementId,
      reason: 'over',
      idempotencyKey: 'end-1',
    })
    const path = `/v4/users/${userId}/entitlements/${entitlementId}?reason=over`
    const replayed = await ask('DELETE', path, { headers: { 'Idempotency-Key': 'end-1' } })
    expect([replayed.json, replayed.headers.get('Idempotent-Replayed')]).toEqual([revoked, 'true'])
  })

  it('may be another one where the key was only refused, at whichever door, and then has it at both', async () => {
    const [userId, feature, meter] = [aUser(), await aFeature(), await aFeature('metered')]
    const consumption = { userId, idempotencyKey: 'order-1', feature: meter, amount: 1 }
    const refused = await thrownBy(aBinding().consume(consumption))
    expect(refused.problem['code']).toBe('insufficient_balance')

    const key = { 'Idempotency-Key': 'order-1' }
    const granted = await grant(userId, { feature }, key)
    expect(granted.status).toBe(201)
    expect(await thrownBy(aBinding().consume(consumption))).toEqual(refused)
    const other = await thrownBy(aBinding().consume({ ...consumption, amount: 2 }))
    expect(other.problem['code']).toBe('idempotency_key_reused')
    expect(await aBinding().grant({ userId, idempotencyKey: 'order-1', feature })).toEqual(granted.json)
    expect(await entriesOf(userId)).toBe(1)
  })

  it('is refused again with the refusal that was recorded', async () => {
    const userId = aUser()
    const body = { feature: `feature-${crypto.randomUUID()}` }
    const { json } = await grant(userId, body, { 'Idempotency-Key': 'order-1' })
    const { problem } = await thrownBy(aBinding().grant({ userId, idempotencyKey: 'order-1', ...body }))
    expect(json.code).toBe('feature_unknown')
    expect(problem).toEqual(json)
  })
})

describe('another change with the same key', () => {
  it('is refused, whichever door it comes through', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    await grant(userId, { feature }, { 'Idempotency-Key': 'order-1' })
    const { problem } = await thrownBy(
      aBinding().grant({ userId, idempotencyKey: 'order-1', feature, trial: true }),
    )
    expect(problem).toMatchObject({ code: 'idempotency_key_reused', status: 422 })
  })
})

describe('ifVersion', () => {
  it('lets a change pass only while nothing has happened since, as If-Match does', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const granted = await aBinding().grant({ userId, idempotencyKey: 'a', feature, ifVersion: 0 })
    const { problem } = await thrownBy(
      aBinding().grant({ userId, idempotencyKey: 'b', feature, ifVersion: 0 }),
    )
    expect(problem).toMatchObject({ code: 'precondition_failed', status: 412, version: 1 })
    const named = { userId, entitlementId: granted.id }
    expect((await thrownBy(aBinding().revoke({ ...named, ifVersion: 0 }))).problem['version']).toBe(1)
    expect(await aBinding().revoke({ ...named, ifVersion: 1 })).toMatchObject({ state: 'revoked' })
  })
})
