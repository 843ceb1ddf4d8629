import { beforeAll, describe, expect, it, vi } from 'vitest'
import { aFeature, ask } from '../../support/api.ts'
import { settleSources, withSources } from '../../support/checkout-rows.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

// The job of a changed product fails at sources that were made up, long after the tests that made them have ended.
beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(() => undefined)
  }
})

async function aPass(says: object = {}) {
  const path = `/v4/products/product-${crypto.randomUUID()}`
  const reference = { provider: 'stripe', ref: `price_${crypto.randomUUID()}` }
  const body = { name: 'Pass', features: [{ feature: await aFeature() }], references: [reference], ...says }
  const put = (changes: object = {}) => ask('PUT', path, { body: { ...body, ...changes } })
  return { path, reference, body, put }
}

const days = (count: number, says: object = {}) => ({ duration: { every: 'day', count, ...says } })

describe('the duration of a product', () => {
  it('is answered as it was asked for, and not at all where there is none', async () => {
    const { path, put } = await aPass(days(30, { stacks: true }))
    expect((await put()).json.duration).toEqual({ every: 'day', count: 30, stacks: true })
    expect((await ask('GET', path)).json.duration).toEqual({ every: 'day', count: 30, stacks: true })
    expect((await put({ duration: undefined })).json).not.toHaveProperty('duration')
    expect((await ask('GET', path)).json).not.toHaveProperty('duration')
  })

  it('is so many days, months or years', async () => {
    for (const duration of [
      { every: 'week', count: 1 },
      { every: 'day', count: 0 },
      { every: 'day', count: 1.5 },
      { every: 'year', count: 10_001 },
      { every: 'month' },
      { every: 'month', count: 1, anchor: null },
    ]) {
      const { put } = await aPass({ duration })
      expectProblem(await put(), 400, 'malformed_request')
    }
  })

  it('that is another one is a change that purchases follow, and the same is none', async () => {
    const { path, reference, put } = await aPass(days(30))
    const first = await put()
    await withSources(reference, [aUser()], first.json.version)
    expect((await put()).json.version).toBe(first.json.version)
    const longer = await put(days(60))
    expect(longer.status).toBe(200)
    expect(longer.json.settling).toEqual({ sources: 1 })
    await settleSources(reference)
    expect((await ask('GET', path)).json.settling).toEqual({ sources: 0 })
  })

  it('that is shorter takes something away, and has to be confirmed', async () => {
    const { path, reference, body, put } = await aPass(days(30))
    await put()
    await withSources(reference, [aUser()])
    const shorter = { ...body, ...days(29) }
    const refused = await put(shorter)
    expectProblem(refused, 409, 'would_revoke')
    expect(refused.json.sources).toBe(1)
    expect((await ask('PUT', `${path}?confirm=true`, { body: shorter })).status).toBe(200)
  })
})

describe('a product without features', () => {
  it('is taken, for what is sold and is not ours', async () => {
    const { put, reference } = await aPass({ features: [] })
    expect(await put()).toMatchObject({ status: 201, json: { features: [], references: [reference] } })
  })
})

describe('a reference', () => {
  it('may be of the provider’s product, as of a price or an entitlement', async () => {
    const id = crypto.randomUUID()
    const references = [
      { provider: 'paddle', ref: `pro_${id}` },
      { provider: 'revenuecat', ref: `reader_${id}` },
      { provider: 'stripe', ref: `price_${id}` },
      { provider: 'stripe', ref: `prod_${id}` },
    ]
    const { put } = await aPass({ references })
    expect(await put()).toMatchObject({ status: 201, json: { references } })
  })
})
