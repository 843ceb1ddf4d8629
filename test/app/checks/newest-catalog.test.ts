import { expect, it } from 'vitest'
import { type Methods, anEntrypoint, thrownBy } from '../../rpc/bindings.ts'
import { ask } from '../../support/api.ts'
import { stopTheClock } from '../../support/clock.ts'
import { everybodysProduct } from '../../support/everybodys-product.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aUser } from '../../support/user.ts'

stopTheClock()

/** Isolates behind both doors that know a catalog in which everybody may, while it says by now that nobody may. */
async function aFeatureSwitchedOff() {
  const { keys } = await everybodysProduct([{ type: 'metered', amount: 10 }])
  const [feature = ''] = keys
  const of = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
  const rpc: Methods = await anEntrypoint({ CHECK_LOG_SAMPLE: '0' })
  const userId = aUser()
  const path = `/v4/users/${userId}/access/${feature}`
  expect((await ask('GET', path, { of })).json.allowed).toBe(true)
  expect((await rpc.check({ userId, feature })).allowed).toBe(true)
  const { json } = await ask('PATCH', `/v4/features/${feature}`, { body: { enabled: false } })
  expect((await ask('GET', path, { of })).json.allowed).toBe(true)
  return { feature, of, rpc, userId, version: json.version as number }
}

it('who has changed the catalog is told of that, by each kind of check, through both doors', async () => {
  const { feature, of, rpc, userId, version } = await aFeatureSwitchedOff()
  const asked = { userId, minCatalogVersion: version }
  const get = async (path: string) =>
    (await ask('GET', `/v4/users/${userId}/${path}minCatalogVersion=${version}`, { of })).json
  const many = { checks: [{ userId, feature }], minCatalogVersion: version }
  const posted = await ask('POST', '/v4/checks', { of, body: many })
  const told = { feature, allowed: false, reason: 'disabled' }
  expect(posted.json.results).toMatchObject([{ ...told, catalogVersion: version }])
  expect((await rpc.checkMany(many)).results).toMatchObject([{ ...told, catalogVersion: version }])

  const again = await aFeatureSwitchedOff()
  const first = { userId: again.userId, feature: again.feature, minCatalogVersion: again.version }
  const path = `/v4/users/${again.userId}/access/${again.feature}?minCatalogVersion=${again.version}`
  const one = { allowed: false, reason: 'disabled', catalogVersion: again.version }
  expect((await ask('GET', path, { of: again.of })).json).toMatchObject(one)
  expect(await again.rpc.check(first)).toMatchObject(one)

  for (const list of [await get('access?'), await get('access?all=true&'), await rpc.access(asked)]) {
    expect(list.catalogVersion).toBeGreaterThanOrEqual(version)
    expect(list.features).toEqual(expect.arrayContaining([expect.objectContaining(told)]))
  }
  for (const list of [await get('balances?'), await rpc.balances(asked)]) {
    expect(list.catalogVersion).toBeGreaterThanOrEqual(version)
  }
})

it('a version that the catalog has not is told as that of the catalog', async () => {
  const { feature, of, rpc, userId, version } = await aFeatureSwitchedOff()
  const beyond = { minCatalogVersion: version + 1000 }
  const told = { code: 'version_unknown', status: 409, catalogVersion: version }
  const detail = `The newest catalog is ${version}`
  const path = `/v4/users/${userId}/access/${feature}?minCatalogVersion=${beyond.minCatalogVersion}`
  expect((await ask('GET', path, { of })).json).toMatchObject({ ...told, detail })
  const many = { checks: [{ userId, feature }], ...beyond }
  expect((await ask('POST', '/v4/checks', { of, body: many })).json.results).toMatchObject([
    { ...told, detail },
  ])
  expect((await rpc.checkMany(many)).results).toMatchObject([{ ...told, detail }])
  for (const refused of [
    rpc.check({ userId, feature, ...beyond }),
    rpc.access({ userId, ...beyond }),
    rpc.balances({ userId, ...beyond }),
  ]) {
    expect((await thrownBy(refused)).problem).toMatchObject({ ...told, detail })
  }
})
