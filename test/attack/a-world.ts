import { expect } from 'vitest'
import { type Answered, aKey, ask, grant } from '../support/api.ts'
import { gzip, withEvent } from '../support/checkout-rows.ts'
import { aUser } from '../support/user.ts'
import type { Known } from './schema-arbitrary.ts'

/** A small shop: some users with something of each kind, of which the names are known. */
export async function aWorld(): Promise<Known> {
  const suffix = crypto.randomUUID().slice(0, 8)
  const features = Object.entries({
    flag: { type: 'boolean' },
    plan: { type: 'config' },
    credits: { type: 'metered', unit: 'credits' },
    calls: { type: 'metered', overage: 'allow' },
  })
  const keys = features.map(([name]) => `${name}-${suffix}`)
  const [flag = '', plan = '', credits = '', calls = ''] = keys
  for (const [name, body] of features) await done('PUT', `/v4/features/${name}-${suffix}`, { body })

  const productId = `pro-${suffix}`
  const references = [{ provider: 'stripe', ref: `price-${suffix}` }]
  const sold = { name: 'Pro', features: [{ feature: flag }, { feature: credits, amount: 5 }], references }
  await done('PUT', `/v4/products/${productId}`, { body: sold })
  const customerId = `cus_${suffix}`
  const users = [aUser(), '__proto__']
  await done('PUT', `/v4/customers/stripe/${customerId}`, { body: { userId: users[0] } })

  const entitlements: unknown[] = []
  const consumptions: unknown[] = []
  const reservations: unknown[] = []
  for (const userId of users) {
    for (const body of [
      { feature: flag },
      { feature: plan, value: { seats: 3 } },
      { feature: credits, amount: 1000 },
      { feature: calls, amount: 10, reset: { every: 'month' } },
    ]) {
      const granted = await grant(userId, body)
      expect(granted.status).toBe(201)
      entitlements.push(granted.json.id)
    }
    const of = `/v4/users/${userId}`
    const spend = { feature: credits, amount: 20 }
    const consumed = await done('POST', `${of}/consumptions`, { body: spend, headers: aKey() })
    const body = { ...spend, ttlSeconds: 600 }
    const reserved = await done('POST', `${of}/reservations`, { body, headers: aKey() })
    consumptions.push(consumed.json.id)
    reservations.push(reserved.json.id)
  }
  const events = [
    await withEvent({ user_id: users[0] ?? null }),
    await withEvent({ state: 'dead', reason: 'error', body: await gzip('{"id":"evt_1"}') }),
  ]
  return {
    UserId: users,
    FeatureKey: keys,
    ProductId: [productId],
    EntitlementId: entitlements,
    ConsumptionId: consumptions,
    ReservationId: reservations,
    Provider: ['stripe', 'api'],
    CustomerId: [customerId],
    Reference: [`price-${suffix}`],
    id: events,
  }
}

async function done(...asked: Parameters<typeof ask>): Promise<Answered> {
  const answered = await ask(...asked)
  if (answered.status >= 300) throw new Error(`${asked[0]} ${asked[1]} answered ${answered.text}`)
  return answered
}
