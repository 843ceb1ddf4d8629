import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pages, strongCheck } from '../../support/api.ts'
import { aProduct, givePlan, planPath } from '../../support/plans.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

const HOUR_MS = 3_600_000

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString()

/** A product that gives a yes, two seats for each, and a hundred for each once. */
async function aPlanProduct() {
  const [exporting, seats, credits] = [await aFeature(), await aFeature('config'), await aFeature('metered')]
  const product = await aProduct([
    { feature: exporting },
    { feature: seats, value: 2, perQuantity: true },
    { feature: credits, amount: 100, perQuantity: true },
  ])
  return { product, exporting, seats, credits }
}

const use = (userId: string, feature: string, amount: number) =>
  ask('POST', `/v4/users/${userId}/consumptions`, { body: { feature, amount }, headers: aKey() })

const isWhole = async (userId: string) =>
  expect((await ask('GET', `/v4/users/${userId}/ledger/verify`)).json).toMatchObject({ intact: true })

describe('giving a product', () => {
  it('gives all of it at once, by one name, and answers what it is and where', async () => {
    const userId = aUser()
    const { product, exporting, seats, credits } = await aPlanProduct()
    const given = await givePlan(userId, { product, quantity: 3, sourceRef: 'comped/2027%a' })
    expect(given.status).toBe(201)
    expect(given.json).toMatchObject({
      userId,
      sourceRef: 'comped/2027%a',
      product,
      quantity: 3,
      endsAt: null,
      state: 'active',
      version: 1,
    })
    expect(given.json.entitlements).toHaveLength(3)
    expect(given.headers.get('ETag')).toBe('"1"')
    expect(given.headers.get('Ledger-Head')).toMatch(/^4:/)
    const found = await ask('GET', given.headers.get('Location') ?? '')
    expect(found.json).toEqual(given.json)
    expect(found.headers.get('ETag')).toBe('"1"')
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: true, reason: 'granted' })
    expect(await strongCheck(userId, seats)).toMatchObject({ allowed: true, value: 6 })
    expect(await strongCheck(userId, credits)).toMatchObject({ balance: { granted: 300, remaining: 300 } })
    await isWhole(userId)
  })

  it('takes no name that no path can hold: such a plan could never be ended', async () => {
    const { product } = await aPlanProduct()
    for (const sourceRef of ['.', '..']) {
      expectProblem(await givePlan(aUser(), { product, sourceRef }), 400, 'malformed_request')
    }
    const given = await givePlan(aUser(), { product, sourceRef: '...' })
    expect((await ask('GET', given.headers.get('Location') ?? '')).json).toEqual(given.json)
  })

  it('is named after its Idempotency-Key where it has no name, and a retry is answered the same', async () => {
    const userId = aUser()
    const { product } = await aPlanProduct()
    const key = aKey()
    const first = await givePlan(userId, { product }, key)
    const again = await givePlan(userId, { product }, key)
    expect(first.json.sourceRef).toMatch(/^plan_[0-9a-f]{32}$/)
    expect(again.text).toBe(first.text)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expectProblem(await givePlan(userId, { product, quantity: 2 }, key), 422, 'idempotency_key_reused')
    expect((await ask('GET', `/v4/users/${userId}/products`)).json.items).toEqual([first.json])
  })

  it('happens once by one name, also once it is over: nobody has a trial twice', async () => {
    const userId = aUser()
    const { product, exporting } = await aPlanProduct()
    await givePlan(userId, { product, sourceRef: 'trial', startsAt: inHours(-2), endsAt: inHours(-1) })
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: false, reason: 'expired' })
    expectProblem(await givePlan(userId, { product, sourceRef: 'trial' }), 409, 'plan_exists')
    await ask('DELETE', planPath(userId, 'trial'))
    expectProblem(await givePlan(userId, { product, sourceRef: 'trial' }), 409, 'plan_exists')
    expect((await givePlan(aUser(), { product, sourceRef: 'trial' })).status).toBe(201)
  })

  it('begins when it is to begin, and lasts no longer than it and its product do', async () => {
    const userId = aUser()
    const exporting = await aFeature()
    const product = await aProduct([{ feature: exporting }], { duration: { every: 'day', count: 1 } })
    const later = await givePlan(userId, { product, startsAt: inHours(1) })
    expect(later.json).toMatchObject({ state: 'scheduled' })
    expect(Date.parse(later.json.endsAt) - Date.parse(later.json.startsAt)).toBe(24 * HOUR_MS)
    const earlier = await givePlan(userId, { product, sourceRef: 'short', endsAt: inHours(2) })
    expect(Date.parse(earlier.json.endsAt)).toBeLessThan(Date.now() + 3 * HOUR_MS)
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: true })
  })

  it('takes no other quantity than a whole one from 1, and no end before its start', async () => {
    const { product } = await aPlanProduct()
    const refused = async (body: object) => {
      const answered = await givePlan(aUser(), { product, ...body })
      expectProblem(answered, 400, 'malformed_request')
      return answered.json.errors.map(({ path }: { path: string }) => path)
    }
    expect(await refused({ quantity: 0 })).toEqual(['body.quantity'])
    expect(await refused({ quantity: 1.5 })).toEqual(['body.quantity'])
    expect(await refused({ sourceRef: '' })).toEqual(['body.sourceRef'])
    expect(await refused({ startsAt: inHours(2), endsAt: inHours(1) })).toEqual(['body.endsAt'])
    expect(await refused({ trial: true })).toEqual(['body'])
    expectProblem(await givePlan(aUser(), { product, endsAt: inHours(-1) }), 422, 'period_impossible')
  })

  it('leaves a grant by hand of the same name alone, and is left alone by it', async () => {
    const userId = aUser()
    const { product, exporting, seats } = await aPlanProduct()
    const granted = await grant(userId, { feature: exporting, sourceRef: 'vip' })
    const given = await givePlan(userId, { product, sourceRef: 'vip' })
    await grant(userId, { feature: seats, value: 1, sourceRef: 'vip', startsAt: inHours(-1) })
    expect(given.json.entitlements).not.toContain(granted.json.id)
    expect((await ask('GET', planPath(userId, 'vip'))).json).toEqual(given.json)
    await ask('DELETE', planPath(userId, 'vip'))
    expect(await strongCheck(userId, exporting)).toMatchObject({ entitlements: [granted.json.id] })
    expect(await strongCheck(userId, seats)).toMatchObject({ value: 1 })
    await isWhole(userId)
  })

  it('is what its entitlements follow from: none of them is updated, each may be stopped', async () => {
    const userId = aUser()
    const { product } = await aPlanProduct()
    const { json } = await givePlan(userId, { product })
    const path = `/v4/users/${userId}/entitlements/${json.entitlements[0]}`
    expect((await ask('GET', path)).json.source).toEqual({ provider: 'api', ref: json.sourceRef, product })
    expectProblem(await ask('PATCH', path, { body: { trial: true } }), 409, 'managed_by_source')
    expect((await ask('POST', `${path}/suspend`, { headers: aKey() })).json.state).toBe('suspended')
    await isWhole(userId)
  })
})

describe('changing a plan', () => {
  it('gives the other product instead, and what was used stays used', async () => {
    const userId = aUser()
    const { product, exporting, credits } = await aPlanProduct()
    const other = await aProduct([{ feature: credits, amount: 500 }])
    await givePlan(userId, { product, sourceRef: 'enterprise' })
    await use(userId, credits, 60)
    const changed = await ask('PUT', planPath(userId, 'enterprise'), { body: { product: other } })
    expect(changed.json).toMatchObject({ product: other, quantity: 1, state: 'active' })
    expect(changed.json.entitlements).toHaveLength(1)
    expect(await strongCheck(userId, credits)).toMatchObject({
      balance: { granted: 500, used: 60, remaining: 440 },
    })
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: false })
    await ask('PUT', planPath(userId, 'enterprise'), { body: { product } })
    expect(await strongCheck(userId, credits)).toMatchObject({ balance: { remaining: 40 } })
    await use(userId, credits, 40)
    await ask('PUT', planPath(userId, 'enterprise'), { body: { product: other } })
    await ask('PUT', planPath(userId, 'enterprise'), { body: { product } })
    expect(await strongCheck(userId, credits)).toMatchObject({ allowed: false, balance: { remaining: 0 } })
    await isWhole(userId)
  })

  it('is asked for as a whole: the same again changes nothing, and what is left out is not as it was', async () => {
    const userId = aUser()
    const { product, seats } = await aPlanProduct()
    const path = planPath(userId, 'team')
    const endsAt = inHours(5)
    const given = await givePlan(userId, { product, sourceRef: 'team', quantity: 2, endsAt })
    const same = await ask('PUT', path, { body: { product, quantity: 2, endsAt } })
    expect(same.json).toEqual(given.json)
    expect(same.headers.get('Ledger-Head')).toBe(given.headers.get('Ledger-Head'))
    const changed = await ask('PUT', path, { body: { product } })
    expect(changed.json).toMatchObject({ quantity: 1, endsAt: null, startsAt: given.json.startsAt })
    expect(await strongCheck(userId, seats)).toMatchObject({ value: 2 })
    expectProblem(
      await ask('PUT', path, { body: { product, startsAt: inHours(1) } }),
      400,
      'malformed_request',
    )
    expectProblem(
      await ask('PUT', path, { body: { product, endsAt: inHours(-1) } }),
      422,
      'period_impossible',
    )
  })

  it('lets a plan go on that has run out', async () => {
    const userId = aUser()
    const { product, exporting } = await aPlanProduct()
    await givePlan(userId, { product, sourceRef: 'trial', startsAt: inHours(-2), endsAt: inHours(-1) })
    const path = planPath(userId, 'trial')
    expect((await ask('GET', path)).json.state).toBe('expired')
    const longer = await ask('PUT', path, { body: { product, endsAt: inHours(1) } })
    expect(longer.json.state).toBe('active')
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: true })
  })

  it('rests on the version that the caller names', async () => {
    const userId = aUser()
    const { product } = await aPlanProduct()
    const headers = { ...aKey(), 'If-Match': '"0"' }
    const given = await givePlan(userId, { product, sourceRef: 'team' }, headers)
    expect(given.status).toBe(201)
    expectProblem(
      await givePlan(userId, { product, sourceRef: 'second' }, { ...aKey(), 'If-Match': '"0"' }),
      412,
      'precondition_failed',
    )
    const path = planPath(userId, 'team')
    const put = (version: string, quantity: number) =>
      ask('PUT', path, { body: { product, quantity }, headers: { 'If-Match': version } })
    expect((await put(given.headers.get('ETag') ?? '', 2)).status).toBe(200)
    const stale = await put(given.headers.get('ETag') ?? '', 3)
    expectProblem(stale, 412, 'precondition_failed')
    const newest = await put(stale.headers.get('ETag') ?? '', 3)
    expect(newest.json.quantity).toBe(3)
    const away = await ask('DELETE', path, { headers: { 'If-Match': given.headers.get('ETag') ?? '' } })
    expectProblem(away, 412, 'precondition_failed')
    expect((await put('*', 4)).json.quantity).toBe(4)
  })

  it('by a key is done once, and by another key and the same words changes nothing', async () => {
    const userId = aUser()
    const { product } = await aPlanProduct()
    await givePlan(userId, { product, sourceRef: 'team' })
    const key = aKey()
    const put = (headers: Record<string, string>) =>
      ask('PUT', planPath(userId, 'team'), { body: { product, quantity: 2 }, headers })
    const first = await put(key)
    await ask('PUT', planPath(userId, 'team'), { body: { product, quantity: 7 } })
    const again = await put(key)
    expect(again.text).toBe(first.text)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect((await ask('GET', planPath(userId, 'team'))).json.quantity).toBe(7)
  })
})

describe('ending a plan', () => {
  it('takes everything now and for good, once', async () => {
    const userId = aUser()
    const { product, exporting, credits } = await aPlanProduct()
    await givePlan(userId, { product, sourceRef: 'beta' })
    await use(userId, credits, 60)
    const ended = await ask('DELETE', `${planPath(userId, 'beta')}?reason=Left`)
    expect(ended).toMatchObject({ status: 200, json: { state: 'ended' } })
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: false })
    expect(await strongCheck(userId, credits)).toMatchObject({ allowed: false })
    const again = await ask('DELETE', planPath(userId, 'beta'))
    expect(again.json).toEqual(ended.json)
    expect(again.headers.get('Ledger-Head')).toBe(ended.headers.get('Ledger-Head'))
    expectProblem(await ask('PUT', planPath(userId, 'beta'), { body: { product } }), 409, 'plan_ended')
    const { json } = await ask('GET', `/v4/users/${userId}/ledger?limit=100`)
    const reasons = json.items.map(({ note }: { note: { reason?: string } | null }) => note?.reason)
    expect(reasons.filter((reason: string | undefined) => reason !== undefined)).toEqual(['Left'])
    await isWhole(userId)
  })

  it('of one that has not begun leaves nothing of it', async () => {
    const userId = aUser()
    const { product, exporting } = await aPlanProduct()
    await givePlan(userId, { product, sourceRef: 'later', startsAt: inHours(1) })
    const ended = await ask('DELETE', planPath(userId, 'later'))
    expect(ended.json).toMatchObject({ state: 'ended', entitlements: [] })
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: false })
    await isWhole(userId)
  })

  it('while it is changed leaves it ended, whichever comes first', async () => {
    const userId = aUser()
    const { product, exporting } = await aPlanProduct()
    await givePlan(userId, { product, sourceRef: 'raced' })
    const path = planPath(userId, 'raced')
    const answers = await Promise.all(
      [2, 3, 4, 5].flatMap((quantity) => [
        ask('PUT', path, { body: { product, quantity } }),
        ...(quantity === 3 ? [ask('DELETE', path)] : []),
      ]),
    )
    for (const answered of answers.filter(({ status }) => status !== 200)) {
      expectProblem(answered, 409, 'plan_ended')
    }
    expect((await ask('GET', path)).json.state).toBe('ended')
    expect(await strongCheck(userId, exporting)).toMatchObject({ allowed: false })
    await isWhole(userId)
  })
})

describe('the plans of a user', () => {
  it('are listed by their names, page by page, and are no purchases and no grants', async () => {
    const userId = aUser()
    const { product, exporting } = await aPlanProduct()
    for (const sourceRef of ['c', 'a', 'b']) await givePlan(userId, { product, sourceRef })
    await grant(userId, { feature: exporting, sourceRef: 'aa' })
    await ask('DELETE', planPath(userId, 'b'))
    const all = (await pages(`/v4/users/${userId}/products?limit=1`)).flatMap(({ json }) => json.items)
    expect(all.map(({ sourceRef, state }) => [sourceRef, state])).toEqual([
      ['a', 'active'],
      ['b', 'ended'],
      ['c', 'active'],
    ])
    expect((await ask('GET', `/v4/users/${aUser()}/products`)).json.items).toEqual([])
    expectProblem(await ask('GET', planPath(userId, 'aa')), 404, 'plan_not_found')
    expectProblem(await ask('PUT', planPath(userId, 'aa'), { body: { product } }), 404, 'plan_not_found')
    expectProblem(await ask('DELETE', planPath(userId, 'aa')), 404, 'plan_not_found')
  })
})
