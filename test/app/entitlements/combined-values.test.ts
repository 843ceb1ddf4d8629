import { describe, expect, it } from 'vitest'
import { aShop } from '../../checkout/a-shop.ts'
import { type Answered, aFeature, ask, grant, pathOf, strongCheck } from '../../support/api.ts'
import { changeCatalog } from '../../support/change-catalog.ts'
import { aProduct, givePlan, planPath } from '../../support/plans.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

/** A config feature whose values become one by this rule. */
async function aCombined(combine: string): Promise<string> {
  const feature = await aFeature('config')
  await changeCatalog('UPDATE features SET combine = ?1 WHERE key = ?2', combine, feature)
  return feature
}

function sell(id: string, sold: object): Promise<Answered> {
  const references = [{ provider: 'standard-webhooks', ref: id }]
  return ask('PUT', `/v4/products/${id}`, { body: { name: id, features: [sold], references } })
}

describe('values that a feature combines', () => {
  it('are 50 where 50 and then 10 were granted, and the rule is said', async () => {
    const [userId, feature] = [aUser(), await aCombined('max')]
    await grant(userId, { feature, value: 50 })
    await grant(userId, { feature, value: 10 })
    expect(await strongCheck(userId, feature)).toMatchObject({ allowed: true, value: 50, combine: 'max' })
  })

  it('are 6 seats by two subscriptions of 3, and 3 once one of them has ended', async () => {
    const [userId, feature, shop] = [aUser(), await aCombined('sum'), aShop()]
    const plan = `plan-${shop.name}`
    expect((await sell(plan, { feature, value: 1, perQuantity: true })).status).toBe(201)
    const subscribe = (subscription_id: string, version: number, status: object) =>
      shop.send('subscription.changed', {
        customer: shop.name,
        user_id: userId,
        subscription_id: `${subscription_id}-${shop.name}`,
        version,
        ...status,
        items: [{ item_id: 'seats', product: plan, quantity: 3 }],
      })
    const period = { starts_at: '2026-01-01T00:00:00Z', ends_at: '2099-01-01T00:00:00Z' }
    await subscribe('one', 1, { status: 'active', period })
    await subscribe('two', 1, { status: 'active', period })
    const both = await strongCheck(userId, feature)
    expect(both).toMatchObject({
      value: 6,
      combine: 'sum',
      entitlements: [expect.anything(), expect.anything()],
    })
    await subscribe('two', 2, { status: 'ended', ended_at: '2026-02-01T00:00:00Z' })
    expect(await strongCheck(userId, feature)).toMatchObject({ value: 3, combine: 'sum' })
  })

  it('are refused by a grant, an update and a product where they cannot be combined', async () => {
    const [userId, feature] = [aUser(), await aCombined('sum')]
    const refused = await grant(userId, { feature, value: 'three' })
    expectProblem(refused, 422, 'value_not_combinable')
    expect(refused.json.combine).toBe('sum')
    const granted = await grant(userId, { feature, value: 3 })
    const updated = await ask('PATCH', pathOf(granted), { body: { value: 0.5 } })
    expectProblem(updated, 422, 'value_not_combinable')
    const id = `pro-${crypto.randomUUID()}`
    expectProblem(await sell(id, { feature, value: [3] }), 422, 'value_not_combinable')
    const list = await aCombined('union')
    expect((await sell(id, { feature: list, value: ['a'] })).json.features).toEqual([
      { feature: list, value: ['a'] },
    ])
  })

  it('are not counted any more once the plan that gave them gives another product', async () => {
    const [userId, feature] = [aUser(), await aCombined('sum')]
    const [much, none] = [await aProduct([{ feature, value: Number.MAX_SAFE_INTEGER }]), await aProduct([])]
    await givePlan(userId, { product: much, sourceRef: 'deal' })
    expectProblem(await grant(userId, { feature, value: 1 }), 422, 'amount_too_large')
    await ask('PUT', planPath(userId, 'deal'), { body: { product: none } })
    expect((await grant(userId, { feature, value: 1 })).status).toBe(201)
  })

  it('are refused where a grant would make the sum more than a number holds exactly', async () => {
    const [userId, feature] = [aUser(), await aCombined('sum')]
    await grant(userId, { feature, value: Number.MAX_SAFE_INTEGER })
    expectProblem(await grant(userId, { feature, value: 1 }), 422, 'amount_too_large')
    expectProblem(await grant(userId, { feature, value: -1 }), 422, 'amount_too_large')
  })
})
