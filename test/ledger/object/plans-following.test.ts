import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { putFeature } from '../../../src/catalog/features.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'
import { aCountedPlace } from '../../cost/a-counted-place.ts'
import { aBooleanFeature } from '../../support/a-feature.ts'
import { aKey, ask } from '../../support/api.ts'
import { stopTheClock } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'

// No keeper works here, and nobody follows up what is put: what follows the catalog is the users' objects.
stopTheClock()

it('a plan follows its product when its user’s object starts, of two users with one sourceRef each their own', async () => {
  const place = await aCountedPlace()
  const id = `product-${crypto.randomUUID()}`
  const sell = async (feature: string) => {
    await putFeature(env.DB, aBooleanFeature(feature))
    const put = await putProduct(env.DB, { id, name: id, features: [{ feature }], references: [] }, true)
    expect(put.ok).toBe(true)
  }
  const users = [aUser(), aUser()] as const
  const at = (userId: string) => `/v4/users/${userId}/products`
  const allowed = async (userId: string, feature: string) => {
    const path = `/v4/users/${userId}/access/${feature}?consistency=strong`
    return (await ask('GET', path, { of: place.of })).json.allowed as boolean
  }
  await sell('lessons')
  for (const userId of users) {
    const body = { product: id, sourceRef: 'comped' }
    const given = await ask('POST', at(userId), { of: place.of, body, headers: aKey() })
    expect(given.status).toBe(201)
    expect(await allowed(userId, 'lessons')).toBe(true)
  }
  const [first, second] = users
  const ended = await ask('DELETE', `${at(second)}/comped`, { of: place.of })
  expect(ended.json.state).toBe('ended')
  await sell('videos')
  for (const userId of users) place.evict(userId)
  expect(await allowed(first, 'videos')).toBe(true)
  expect(await allowed(first, 'lessons')).toBe(false)
  expect(await allowed(second, 'videos')).toBe(false)
  expect(await allowed(second, 'lessons')).toBe(false)
  for (const userId of users) {
    const { json } = await ask('GET', `/v4/users/${userId}/ledger/verify`, { of: place.of })
    expect(json).toMatchObject({ intact: true })
  }
})
