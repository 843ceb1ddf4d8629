import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant, pathOf } from '../../support/api.ts'
import { withRows } from '../../support/rows.ts'
import { aUser } from '../../support/user.ts'

async function sourcesAt(path: string): Promise<readonly string[]> {
  const { status, json } = await ask('GET', path)
  expect(status).toBe(200)
  return json.items.map(({ source }: { source: { ref: string } }) => source.ref).toSorted()
}

describe('the list of a user', () => {
  it('holds what is theirs and nothing else, as each is when it is asked for alone', async () => {
    const [userId, neighbour] = [aUser(), aUser()]
    const feature = await aFeature()
    const granted = await grant(userId, { feature, sourceRef: 'mine', metadata: { plan: 'pro' } })
    await grant(neighbour, { feature, sourceRef: 'theirs' })
    const { json } = await ask('GET', `/v4/users/${userId}/entitlements`)
    expect(json).toEqual({ items: [granted.json], nextCursor: null })
    expect((await ask('GET', `/v4/users/${aUser()}/entitlements`)).json).toEqual({
      items: [],
      nextCursor: null,
    })
  })

  it('can be narrowed by feature, state, provider and product, each and all of them', async () => {
    const userId = aUser()
    const list = (query: string) => sourcesAt(`/v4/users/${userId}/entitlements?${query}`)
    await withRows(userId, [
      { sourceRef: 'a', feature: 'export' },
      { sourceRef: 'b', feature: 'seats', revokedAt: 2 },
      { sourceRef: 'c', feature: 'export', provider: 'stripe', product: 'pro', endsAt: 2 },
      { sourceRef: 'd', feature: 'export', provider: 'stripe', product: 'team', suspendedAt: 2 },
      { sourceRef: 'e', feature: 'export', endsAt: 2, graceEndsAt: Date.parse('2099-01-01') },
      { sourceRef: 'f', feature: 'export', startsAt: Date.parse('2099-01-01') },
    ])
    expect(await list('feature=export')).toEqual(['a', 'c', 'd', 'e', 'f'])
    expect(await list('provider=stripe')).toEqual(['c', 'd'])
    expect(await list('product=team')).toEqual(['d'])
    expect(await list('feature=export&provider=stripe&product=pro&state=expired')).toEqual(['c'])
    const byState = { active: 'a', revoked: 'b', expired: 'c', suspended: 'd', in_grace: 'e', scheduled: 'f' }
    for (const [state, ref] of Object.entries(byState)) expect(await list(`state=${state}`)).toEqual([ref])
  })
})

describe('the query across users', () => {
  it('finds who has a feature, whoever they are', async () => {
    const feature = await aFeature()
    const users = [aUser(), aUser()].toSorted()
    for (const userId of users) await grant(userId, { feature })
    await grant(aUser(), { feature: await aFeature() })
    const { json } = await ask('GET', `/v4/entitlements?feature=${feature}`)
    expect(json.items.map(({ userId }: { userId: string }) => userId)).toEqual(users)
  })

  it('finds what one source gave, such as an order that is looked into', async () => {
    const sourceRef = `order-${crypto.randomUUID()}`
    const userId = aUser()
    const one = await grant(userId, { feature: await aFeature(), sourceRef })
    const other = await grant(userId, { feature: await aFeature(), sourceRef })
    await grant(userId, { feature: await aFeature() })
    const { json } = await ask('GET', `/v4/entitlements?sourceRef=${sourceRef}`)
    expect(new Set(json.items.map(({ id }: { id: string }) => id))).toEqual(
      new Set([one.json.id, other.json.id]),
    )
    expect(await sourcesAt(`/v4/entitlements?sourceRef=${sourceRef}&feature=${one.json.feature}`)).toEqual([
      sourceRef,
    ])
  })

  it('finds what ends in a span of time, its first moment included and its last one not', async () => {
    const feature = await aFeature()
    const userId = aUser()
    for (const endsAt of [
      '2098-01-01T00:00:00.000Z',
      '2098-01-01T00:00:00.001Z',
      '2098-01-02T00:00:00.000Z',
    ]) {
      await grant(userId, { feature, endsAt, sourceRef: endsAt.slice(8) })
    }
    await grant(userId, { feature, sourceRef: 'never' })
    const query = (span: string) => sourcesAt(`/v4/entitlements?feature=${feature}&${span}`)
    expect(await query('endsAfter=2098-01-01T00:00:00.001Z')).toEqual([
      '01T00:00:00.001Z',
      '02T00:00:00.000Z',
    ])
    expect(await query('endsBefore=2098-01-02T00:00:00Z')).toEqual(['01T00:00:00.000Z', '01T00:00:00.001Z'])
    expect(await query('endsAfter=2098-01-01T00:00:00.001Z&endsBefore=2098-01-02T00:00:00Z')).toEqual([
      '01T00:00:00.001Z',
    ])
  })

  it('narrows what it found by state, provider and product', async () => {
    const feature = await aFeature()
    const [granted, revoked] = [await grant(aUser(), { feature }), await grant(aUser(), { feature })]
    await ask('DELETE', pathOf(revoked))
    expect(await sourcesAt(`/v4/entitlements?feature=${feature}&state=active&provider=api`)).toEqual([
      granted.json.source.ref,
    ])
    expect(await sourcesAt(`/v4/entitlements?feature=${feature}&product=pro`)).toEqual([])
  })

  it('needs something to look for, so that nobody reads the whole ledger by mistake', async () => {
    for (const query of ['', '?state=active', '?provider=api&product=pro', '?limit=10']) {
      expect(await ask('GET', `/v4/entitlements${query}`)).toMatchObject({
        status: 400,
        json: { code: 'malformed_request', errors: [{ path: 'query' }] },
      })
    }
  })
})
