import { describe, expect, it } from 'vitest'
import { aBinding, anEntrypoint, thrownBy } from '../../rpc/bindings.ts'
import { aFeature, ask, grant } from '../../support/api.ts'
import { everybodysProduct } from '../../support/everybodys-product.ts'
import { anIsolate } from '../../support/isolate.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { AUDIENCE, ISSUER, askForPassport, claimsIn, publishedKeys, verify } from './a-passport.ts'

/** A user with a boolean, a value and an amount, and no more. */
async function aCustomer() {
  const [userId, yes, seats, calls] = [
    aUser(),
    await aFeature(),
    await aFeature('config'),
    await aFeature('metered'),
  ]
  await grant(userId, { feature: yes, endsAt: new Date(Date.now() + 3_600_000).toISOString() })
  await grant(userId, { feature: seats, value: { max: 5 } })
  await grant(userId, { feature: calls, amount: 40 })
  return { userId, yes, seats, calls }
}

describe('a passport', () => {
  it('says through either door what the user may use, for one audience, and is kept by no cache', async () => {
    const { userId, yes, seats } = await aCustomer()
    const asked = { audience: AUDIENCE, minVersion: 3 }
    const { status, headers, json } = await askForPassport(userId, asked)
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'private, no-store'])
    const overRpc = await aBinding().passport({ userId, ...asked })
    const jwks = await publishedKeys()
    for (const answer of [json, overRpc]) {
      const { claims, header } = await verify(answer.passport, jwks)
      expect(header).toEqual({ alg: 'ES256', kid: 'passports', typ: 'entitlements+jwt' })
      expect(claims).toMatchObject({
        iss: ISSUER,
        sub: userId,
        aud: AUDIENCE,
        ver: 3,
        cat: answer.catalogVersion,
        ent: { [yes]: [{}], [seats]: [{ v: { max: 5 } }] },
      })
      expect(Object.keys(claims.ent)).not.toContain('calls')
      expect(Object.keys(claims)).toEqual(['iss', 'sub', 'aud', 'iat', 'exp', 'ver', 'cat', 'ent'])
      expect(answer).toMatchObject({
        userId,
        version: 3,
        expiresAt: new Date(claims.exp * 1000).toISOString(),
      })
    }
  })

  it('tells of what is asked for alone, and of amounts where that is asked for', async () => {
    const { userId, yes, seats, calls } = await aCustomer()
    const own = await claimsIn(await askForPassport(userId, { features: [seats, calls], minVersion: 3 }))
    expect(own.ent).toEqual({ [seats]: [{ v: { max: 5 } }] })
    expect(own).not.toHaveProperty('bal')
    const advised = await claimsIn(await askForPassport(userId, { include: ['balances'], minVersion: 3 }))
    expect(Object.keys(advised.ent)).toEqual([yes, seats])
    expect(advised.bal).toEqual({ [calls]: { remaining: 40, asOf: expect.any(Number) } })
  })

  it('tells a user of whom nothing is recorded what everybody has, and nothing that is switched off', async () => {
    const { keys } = await everybodysProduct([
      { type: 'boolean' },
      { type: 'config', value: 3 },
      { type: 'boolean' },
    ])
    const [free = '', seats = '', off = ''] = keys
    const switched = await ask('PATCH', `/v4/features/${off}`, { body: { enabled: false } })
    const asked = { features: [free, seats, off], minCatalogVersion: switched.json.version }
    const { ent, ver } = await claimsIn(await askForPassport(aUser(), asked))
    expect({ ent, ver }).toEqual({ ent: { [free]: [{}], [seats]: [{ v: 3 }] }, ver: 0 })
  })

  it('tells of no right that was suspended or has ended', async () => {
    const { userId, yes, seats } = await aCustomer()
    const { json } = await ask('GET', `/v4/users/${userId}/entitlements`)
    for (const { id } of json.items) {
      await ask('POST', `/v4/users/${userId}/entitlements/${id}/suspend`, {
        headers: { 'Idempotency-Key': id },
      })
    }
    const features = [yes, seats]
    expect((await claimsIn(await askForPassport(userId, { features, minVersion: 6 }))).ent).toEqual({})
  })

  it('knows of the write whose version it is given, and says so when there is none', async () => {
    const { userId } = await aCustomer()
    await askForPassport(userId)
    const feature = await aFeature()
    const { json } = await grant(userId, { feature })
    const { ent } = await claimsIn(
      await askForPassport(userId, { features: [feature], minVersion: json.version }),
    )
    expect(ent).toEqual({ [feature]: [{}] })
    expectProblem(await askForPassport(userId, { minVersion: json.version + 1 }), 409, 'version_unknown')
  })

  it('of no feature that the catalog has is refused, with the one that was meant', async () => {
    const feature = `export-${crypto.randomUUID().slice(0, 8)}`
    const { json: made } = await ask('PUT', `/v4/features/${feature}`, { body: { type: 'boolean' } })
    const asked = { features: [feature, `${feature}x`], minCatalogVersion: made.version }
    const answered = await askForPassport(aUser(), asked)
    expectProblem(answered, 422, 'feature_unknown')
    expect(answered.json).toMatchObject({ feature: `${feature}x`, catalogVersion: made.version })
    expect(answered.json.detail).toContain(`did you mean "${feature}"?`)
  })

  it('is for a user’s own token, and for nobody else’s', async () => {
    const { userId, yes } = await aCustomer()
    const token = await aToken({ sub: userId, scope: '' })
    expect((await claimsIn(await askForPassport(userId, { minVersion: 3 }, { token }))).ent).toHaveProperty([
      yes,
    ])
    expectProblem(await askForPassport(aUser(), {}, { token }), 403, 'forbidden')
    const other = await aToken({ scope: 'entitlements:write' })
    expectProblem(await askForPassport(userId, {}, { token: other }), 403, 'forbidden')
    const { problem } = await thrownBy(aBinding({ scopes: [] }).passport({ userId, audience: AUDIENCE }))
    expect(problem).toMatchObject({ code: 'forbidden', scope: 'access:check' })
  })

  it('of more than 3,500 bytes is refused, with how large it would be and what to do', async () => {
    const [userId, few, many] = [aUser(), await aFeature('config'), await aFeature('config')]
    await grant(userId, { feature: few, value: 'x'.repeat(2000) })
    await grant(userId, { feature: many, value: 'x'.repeat(1500) })
    const answered = await askForPassport(userId, { minVersion: 2 })
    expectProblem(answered, 422, 'passport_too_large')
    expect(answered.json).toMatchObject({ bytes: expect.any(Number), bytesMax: 3500 })
    expect(answered.json.bytes).toBeGreaterThan(3500)
    expect(answered.json.detail).toContain('name the features')
    const { json } = await askForPassport(userId, { features: [few], minVersion: 2 })
    expect(json.passport.length).toBeLessThanOrEqual(3500)
  })

  it('asks for no Idempotency-Key, and for a life that it can have', async () => {
    for (const ttlSeconds of [29, 601, 60.5]) {
      expectProblem(await askForPassport(aUser(), { ttlSeconds }), 400, 'malformed_request')
    }
    expect((await askForPassport(aUser(), { ttlSeconds: 30 })).status).toBe(200)
  })
})

describe('without a key', () => {
  it('there are no passports, through either door, and no keys', async () => {
    const off = { PASSPORT_KEYS: undefined }
    const of = await anIsolate(off)
    expectProblem(await askForPassport(aUser(), {}, { of }), 404, 'passports_off')
    expectProblem(await ask('GET', '/.well-known/jwks.json', { token: null, of }), 404, 'passports_off')
    const { problem } = await thrownBy(
      (await anEntrypoint(off)).passport({ userId: aUser(), audience: AUDIENCE }),
    )
    expect(problem).toMatchObject({ code: 'passports_off', status: 404 })
    expect((await ask('GET', '/readyz', { of })).status).toBe(200)
  })
})
