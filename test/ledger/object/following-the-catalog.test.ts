import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { putProduct } from '../../../src/catalog/put-product.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import { aShopThatSells, buy, productOf } from '../../checkout/a-trade.ts'
import { aCountedPlace } from '../../cost/a-counted-place.ts'
import { aBooleanFeature } from '../../support/a-feature.ts'
import { ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'

// No keeper works here, and nobody follows up what is put: what follows the catalog is the users' objects.
stopTheClock()

const SECOND_MS = 1000
const ALLOW_MAX_AGE_MS = 600 * SECOND_MS

/** A user who has bought `lessons`, by a place that counts what it asks. */
async function aBuyer() {
  const place = await aCountedPlace()
  const shop = await aShopThatSells({ d1: place.DB, ledgers: (userId) => place.USERS.getByName(userId) })
  const userId = aUser()
  await buy(shop, { user_id: userId })
  await place.settle()
  const allowed = async (feature: string, query = '') => {
    const { json } = await ask('GET', `/v4/users/${userId}/access/${feature}${query}`, { of: place.of })
    if (json.allowed === undefined) throw new Error(JSON.stringify(json))
    return json.allowed as boolean
  }
  /** From now on the product gives this instead. */
  const change = async (feature: string) => {
    await putFeature(env.DB, aBooleanFeature(feature))
    const id = productOf(shop)
    const references = [{ provider: 'standard-webhooks', ref: id }]
    const put = await putProduct(env.DB, { id, name: id, features: [{ feature }], references }, true)
    expect(put.ok).toBe(true)
  }
  return { place, userId, allowed, change }
}

it('an object that starts settles what lags behind before it answers, and a change before it is decided', async () => {
  const { place, userId, allowed, change } = await aBuyer()
  await change('videos')
  place.evict(userId)
  expect(await allowed('videos', '?consistency=strong')).toBe(true)
  expect(await allowed('lessons', '?consistency=strong')).toBe(false)

  await change('songs')
  place.evict(userId)
  const body = { feature: 'extra', sourceRef: 'order' }
  await putFeature(env.DB, aBooleanFeature('extra'))
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  const granted = await ask('POST', `/v4/users/${userId}/entitlements`, { of: place.of, body, headers })
  expect(granted.status).toBe(201)
  const rows = env.DB.prepare(`SELECT feature FROM entitlements WHERE user_id = ? ORDER BY version DESC`)
  const { results } = await rows.bind(userId).all()
  expect(results.map(({ feature }) => feature)).toEqual(['extra', 'videos', 'songs', 'lessons'])
  expect(await allowed('songs', '?consistency=strong')).toBe(true)
})

it('one that remembers looks twice a minute, and asks D1 nothing between', async () => {
  const { place, allowed, change } = await aBuyer()
  expect(await allowed('lessons', '?consistency=strong')).toBe(true)
  pass(31 * SECOND_MS)
  await allowed('lessons', '?consistency=strong')
  place.meter.reset()
  for (let second = 0; second < 29; second += 1) {
    pass(SECOND_MS)
    await allowed('lessons', '?consistency=strong')
  }
  expect(place.meter.counts.objectD1Calls).toBe(0)
  await change('videos')
  pass(2 * SECOND_MS)
  expect(await allowed('videos', '?consistency=strong')).toBe(true)
})

it('a user who is checked every minute shows the change within the age of a yes, though no keeper works', async () => {
  const { allowed, change } = await aBuyer()
  expect(await allowed('lessons')).toBe(true)
  await change('videos')
  let waitedMs = 0
  while (await allowed('lessons')) {
    waitedMs += 60 * SECOND_MS
    expect(waitedMs).toBeLessThanOrEqual(ALLOW_MAX_AGE_MS)
    pass(60 * SECOND_MS)
  }
  expect(await allowed('videos')).toBe(true)
})

it('answers from what it has where D1 does not say what was changed', async () => {
  const { place, allowed } = await aBuyer()
  expect(await allowed('lessons', '?consistency=strong')).toBe(true)
  vi.spyOn(env.DB, 'prepare').mockImplementation(() => {
    throw new Error('Away')
  })
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  pass(31 * SECOND_MS)
  expect(await allowed('lessons', '?consistency=strong')).toBe(true)
  expect(warn.mock.calls.flat().join()).toContain('catalog_not_looked_at')
  vi.restoreAllMocks()
  await place.settle()
})
