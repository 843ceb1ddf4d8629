import { describe, expect, it } from 'vitest'
import { aWatchedIsolate } from '../attack/try-operation.ts'
import { used } from '../attack/watched.ts'
import { aFeature, aKey, ask, grant } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { aConfinedToken, BOTH_ISSUERS, confined as of, PREFIX } from './a-confined-isolate.ts'

const kept = await aWatchedIsolate(BOTH_ISSUERS)

type Of = typeof of

/** Each way to name several users over HTTP, but for the items of `POST /v4/checks`, which are judged in their place. */
const check = (users: readonly string[], token: string, by: Of, feature = 'export') => {
  const query = users.map((userId) => `anyOf=${encodeURIComponent(userId)}`).join('&')
  return ask('GET', `/v4/access/${feature}?${query}&consistency=strong`, { token, of: by })
}
const consume = (users: readonly string[], token: string, by: Of, feature = 'export') =>
  ask('POST', '/v4/consumptions', {
    body: { anyOf: users, feature, amount: 1 },
    headers: aKey(),
    token,
    of: by,
  })

describe.each([
  ['a check', check],
  ['a consumption', consume],
])('%s that names several users', (_what, act) => {
  it('is for a confined token where each of them is under the prefix, and else of nobody', async () => {
    const token = await aConfinedToken()
    const [one, two] = [`${PREFIX}${aUser()}`, `${PREFIX}${aUser()}`]
    expect((await act([one, two], token, of)).status).not.toBe(403)
    for (const outside of ['jane', PREFIX, 'Acme:jane', 'acmes:jane', 'acme%3Ajane', '../acme:jane']) {
      for (const users of [[outside], [outside, one], [one, outside], [one, two, outside]]) {
        used.length = 0
        const answered = await act(users, token, kept)
        expectProblem(answered, 403, 'forbidden')
        // Neither KV nor D1 nor an object.
        expect(used).toEqual([])
        expect(answered.text).not.toContain(outside)
      }
    }
  })

  it('may name anybody with a token of an issuer that is confined to nobody', async () => {
    const answered = await act([aUser(), `${PREFIX}${aUser()}`], await aToken(), of)
    expect(answered.status).not.toBe(403)
  })
})

describe('a user’s own token', () => {
  /** Members of two organizations, who may use what the second has. */
  async function aMember() {
    const [sub, one, two, feature] = [aUser(), aUser(), aUser(), await aFeature()]
    await grant(`${PREFIX}${two}`, { feature })
    const named = (...ids: readonly string[]) => ids.map((id) => PREFIX + id)
    return { sub, one, two, feature, named }
  }

  it('names those it speaks for, one or a list of them, and reads of each what it reads of its own', async () => {
    const { sub, one, two, feature, named } = await aMember()
    const token = await aConfinedToken({ sub, scope: '', claims: { org_id: [one, two] } })
    expect((await check(named(sub, one, two), token, of, feature)).json).toMatchObject({
      userId: PREFIX + two,
      allowed: true,
    })
    const body = {
      checks: [
        { anyOf: named(one, sub, two), feature },
        { anyOf: named(sub, aUser()), feature },
      ],
    }
    const { json } = await ask('POST', '/v4/checks', { token, of, body })
    expect(json.results).toMatchObject([{ userId: PREFIX + two, allowed: true }, { code: 'forbidden' }])
    for (const id of named(sub, one, two)) {
      for (const what of [`access/${feature}`, 'access', 'balances', 'entitlements', 'ledger']) {
        expect((await ask('GET', `/v4/users/${id}/${what}`, { token, of })).status).toBe(200)
      }
    }
    const single = await aConfinedToken({ sub, scope: '', claims: { org_id: two } })
    expect((await check(named(sub, two), single, of, feature)).json).toMatchObject({ userId: PREFIX + two })
  })

  it('names nobody else, spends nothing, and changes nothing', async () => {
    const { sub, one, two, feature, named } = await aMember()
    const token = await aConfinedToken({ sub, scope: '', claims: { org_id: [one] } })
    for (const users of [
      named(sub, two),
      named(two),
      named(one, aUser()),
      [sub, one],
      [two],
      [PREFIX + PREFIX + one],
    ]) {
      used.length = 0
      expectProblem(await check(users, token, kept, feature), 403, 'forbidden')
      expect(used).toEqual([])
    }
    for (const users of [named(sub), named(sub, one)]) {
      expectProblem(await consume(users, token, kept, feature), 403, 'forbidden')
    }
    const path = `/v4/users/${PREFIX}${one}`
    for (const what of ['consumptions', 'reservations', 'entitlements', 'products']) {
      const written = await ask('POST', `${path}/${what}`, { token, of: kept, body: {}, headers: aKey() })
      expectProblem(written, 403, 'forbidden')
    }
    expectProblem(await ask('GET', `${path}/products`, { token, of: kept }), 403, 'forbidden')
    expectProblem(await ask('GET', `/v4/users/${PREFIX}${two}/ledger`, { token, of: kept }), 403, 'forbidden')
  })

  it('is believed no claim that its issuer’s setting does not name, and none of another issuer', async () => {
    const { sub, two, feature, named } = await aMember()
    const claims = {
      orgs: [two],
      org: two,
      anyOf: named(two),
      users: named(two),
      alsoClaims: ['orgs'],
      ORG_ID: two,
    }
    const unnamed = await aConfinedToken({ sub, scope: '', claims })
    expectProblem(await check(named(sub, two), unnamed, kept, feature), 403, 'forbidden')
    // The issuer beside it has no such setting.
    const another = await aToken({ sub, scope: '', claims: { org_id: [two, ...named(two)] } })
    expectProblem(await check([sub, two], another, kept, feature), 403, 'forbidden')
    expectProblem(await check(named(two), another, kept, feature), 403, 'forbidden')
  })

  it.each<[string, unknown]>([
    ['a number', 7],
    ['true', true],
    ['an object', { id: 'o' }],
    ['an empty text', ''],
    ['five ids', ['a', 'b', 'c', 'd', 'e']],
    ['six ids', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['a list within the list', ['a', ['b']]],
    ['a number among ids', ['a', 7]],
    ['null among ids', ['a', null]],
    ['an empty id', ['a', '']],
    ['an id with a space', ['a', 'two words']],
    ['a step', ['a', '..', 'x\u0000']],
    ['an id that is too long', ['x'.repeat(200)]],
  ])('is none at all where the claim is no such list: %s', async (_what, claim) => {
    const sub = aUser()
    const token = await aConfinedToken({ sub, scope: '', claims: { org_id: claim } })
    expectProblem(await check([PREFIX + sub], token, kept), 401, 'unauthenticated')
  })
})
