import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { aConfinedToken, confined as of, PREFIX } from './a-confined-isolate.ts'

const grantAs = async (token: string, userId: string, feature: string) =>
  ask('POST', `/v4/users/${encodeURIComponent(userId)}/entitlements`, {
    token,
    of,
    body: { feature },
    headers: aKey(),
  })

describe('many checks', () => {
  it('are judged one by one: what is beyond the prefix is a problem in its place', async () => {
    const [feature, user] = [await aFeature(), `${PREFIX}${aUser()}`]
    const other = aUser()
    await grantAs(await aToken(), user, feature)
    await grantAs(await aToken(), other, feature)
    const checks = [user, other, PREFIX, 'two words', `Acme:${user.slice(5)}`, user].map((userId) => ({
      userId,
      feature,
    }))
    const token = await aConfinedToken({ scope: 'access:check' })
    const { status, json } = await ask('POST', '/v4/checks', {
      token,
      of,
      body: { checks, consistency: 'strong' },
    })
    expect(status).toBe(200)
    expect(json.results).toMatchObject([
      { userId: user, allowed: true },
      { code: 'forbidden', status: 403 },
      { code: 'forbidden', status: 403 },
      { code: 'malformed_request', status: 400 },
      { code: 'forbidden', status: 403 },
      { userId: user, allowed: true },
    ])
    expect(JSON.stringify(json.results[1])).not.toContain(other)
    const all = await ask('POST', '/v4/checks', {
      of,
      body: { checks: checks.slice(0, 2), consistency: 'strong' },
    })
    expect(all.json.results).toMatchObject([{ allowed: true }, { allowed: true }])
  })
})

describe('the entitlements of all users', () => {
  it('are those of the users under the prefix, page by page', async () => {
    const feature = await aFeature()
    const everything = await aToken()
    const under = ['b', 'a', 'z', '~', '!'].map((name) => `${PREFIX}${name}-${crypto.randomUUID()}`)
    const others = ['acme', 'acme9', 'acme;x', 'acmd:z', 'b', `A${PREFIX.slice(1)}x`, PREFIX].map(
      (name) => name + (name === PREFIX ? '' : crypto.randomUUID()),
    )
    for (const userId of [...under, ...others]) {
      expect((await grantAs(everything, userId, feature)).status).toBe(201)
    }
    const told: string[] = []
    const token = await aConfinedToken({ scope: 'entitlements:read' })
    for (let cursor: string | null = ''; cursor !== null;) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { json } = await ask('GET', `/v4/entitlements?feature=${feature}&limit=2${at}`, { token, of })
      told.push(...json.items.map(({ userId }: { userId: string }) => userId))
      cursor = json.nextCursor
    }
    expect(told).toEqual(under.toSorted())
    const all = await ask('GET', `/v4/entitlements?feature=${feature}&limit=100`, { token: everything, of })
    expect(all.json.items).toHaveLength(under.length + others.length)
  })

  it.each(['sourceRef', 'endsAfter'])('are so too where they are asked for by %s', async (by) => {
    const feature = await aFeature()
    const [user, other] = [`${PREFIX}${aUser()}`, aUser()]
    const sourceRef = crypto.randomUUID()
    for (const userId of [user, other]) {
      const path = `/v4/users/${encodeURIComponent(userId)}/entitlements`
      const body = { feature, sourceRef, endsAt: '2099-01-01T00:00:00Z' }
      await ask('POST', path, { body, headers: aKey(), of })
    }
    const query = by === 'sourceRef' ? `sourceRef=${sourceRef}` : 'endsAfter=2098-01-01T00:00:00Z'
    const { json } = await ask('GET', `/v4/entitlements?${query}`, { token: await aConfinedToken(), of })
    const told: readonly string[] = json.items.map(({ userId }: { userId: string }) => userId)
    expect(told).toContain(user)
    expect(told.filter((userId) => !userId.startsWith(PREFIX))).toEqual([])
  })

  it('have cursors that lead nobody from one issuer’s listing into the other’s', async () => {
    const feature = await aFeature()
    const tokens = [await aToken(), await aConfinedToken()]
    for (const userId of [1, 2, 3].map(() => `${PREFIX}${aUser()}`))
      await grantAs(tokens[0] ?? '', userId, feature)
    const path = `/v4/entitlements?feature=${feature}&limit=1`
    for (const [token, other] of [tokens, tokens.toReversed()]) {
      const { json } = await ask('GET', path, { token: token ?? '', of })
      const next = `${path}&cursor=${json.nextCursor}`
      expect((await ask('GET', next, { token: token ?? '', of })).status).toBe(200)
      expectProblem(await ask('GET', next, { token: other ?? '', of }), 400, 'malformed_request')
    }
  })
})

describe('a user’s own token of a confined issuer', () => {
  it('reads what is of its user and of its organization, and the purchases of both', async () => {
    const [sub, org, feature] = [aUser(), aUser(), await aFeature()]
    for (const id of [sub, org]) await grantAs(await aToken(), `${PREFIX}${id}`, feature)
    const token = await aConfinedToken({ sub, scope: '', claims: { org_id: org } })
    for (const id of [sub, org]) {
      const { json } = await ask('GET', `/v4/users/${PREFIX}${id}/access/${feature}`, { token, of })
      expect(json).toMatchObject({ userId: `${PREFIX}${id}`, allowed: true })
      expect((await ask('GET', `/v4/users/${PREFIX}${id}/ledger`, { token, of })).json.items).toHaveLength(1)
    }
    const alone = await aConfinedToken({ sub, scope: '' })
    expectProblem(
      await ask('GET', `/v4/users/${PREFIX}${org}/access`, { token: alone, of }),
      403,
      'forbidden',
    )
    const purchase = await ask('GET', '/v4/purchases/stripe/cs_test_1', { token, of })
    expect([purchase.status, purchase.json.state]).toEqual([200, 'unknown'])
  })

  it('is one user however the path writes it', async () => {
    const [sub, feature] = [aUser(), await aFeature()]
    const token = await aConfinedToken({ sub, scope: '' })
    for (const [part, status] of [
      [`acme:${sub}`, 200],
      [`acme%3A${sub}`, 200],
      [`%61cme%3a${sub}`, 200],
      [`acme%253A${sub}`, 403],
      [`acme%3A%61cme%3A${sub}`, 403],
      [sub, 403],
    ] as const) {
      for (const query of ['', '?consistency=cached']) {
        const answered = await ask('GET', `/v4/users/${part}/access/${feature}${query}`, { token, of })
        expect([part, answered.status]).toEqual([part, status])
      }
    }
  })
})

it('who changed something is told apart by issuer', async () => {
  const [userId, feature] = [`${PREFIX}${aUser()}`, await aFeature()]
  await grantAs(await aToken({ sub: 'shop' }), userId, feature)
  await grantAs(await aConfinedToken({ sub: 'shop' }), userId, feature)
  const { json } = await ask('GET', `/v4/users/${userId}/ledger`, { of })
  const actors = json.items.map(({ note }: { note: { actor: string } }) => note.actor)
  expect(actors.toSorted()).toEqual(['acme:shop', 'shop'])
})
