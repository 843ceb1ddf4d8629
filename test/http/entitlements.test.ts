import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant } from '../support/api.ts'
import { aUser } from '../support/user.ts'

describe('granting a feature', () => {
  it('answers the entitlement, where it is and which version it is', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const granted = await grant(userId, { feature, sourceRef: 'order-1', metadata: { plan: 'pro' } })
    expect(granted.status).toBe(201)
    expect(granted.json).toMatchObject({
      userId,
      feature,
      state: 'active',
      source: { provider: 'api', ref: 'order-1', product: null },
      metadata: { plan: 'pro' },
      version: 1,
    })
    expect(granted.headers.get('ETag')).toBe('"1"')
    expect(granted.headers.get('Ledger-Head')).toMatch(/^1:[0-9a-f]{64}$/)
    const found = await ask('GET', granted.headers.get('Location') ?? '')
    expect(found.json).toEqual(granted.json)
  })
})
