import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aBinding, thrownBy } from '../rpc/bindings.ts'
import { aFeature, aKey, ask, grant } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { oneIn } from '../support/whole.ts'

/** Ids as identity providers and shops hand them out. */
const FOUND = [
  'jane+news@example.com',
  "github|o'brien",
  'gid://shopify/Customer/1',
  'spiffe://example.org/ns/prod/sa/api',
  'AbC+/=',
  '$RCAnonymousID:8d1c0b',
  'user#1',
  '~tilde',
  '{6e8bc430}',
  '100%',
  '%41',
  '%2F',
  '%2525',
  'a?b=c&d',
  'a\\b',
  '...',
  '../v4/features',
  '"quoted",and:again',
  'auth0|5f7c8ec7c33c6c004bbafe82',
  '0x52908400098527886E0F7030069857D2E4169EE7',
  'z'.repeat(200),
]

/** Visible ASCII, with much of what means something to a URL. */
const ids = fc
  .string({
    unit: fc.oneof(
      fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('%', '%2F', '%25', '/', '.', '+', '?', '#', '\\', '|', "'"),
    ),
    minLength: 1,
    maxLength: 60,
  })
  .map((id) => `${crypto.randomUUID()}${id}`)

/** One id in a path, in several writings. */
function writingsOf(id: string): readonly string[] {
  const all = id.replaceAll(/[^]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
  return [encodeURIComponent(id), all, all.toUpperCase()]
}

describe('a user id', () => {
  async function isOneUser(userId: string) {
    const feature = await aFeature()
    const granted = await grant(encodeURIComponent(userId), { feature })
    expect([granted.status, granted.json.userId]).toEqual([201, userId])
    const { json: found } = await ask('GET', granted.headers.get('Location') ?? '')
    expect(found).toEqual(granted.json)
    for (const written of writingsOf(userId)) {
      const of = `/v4/users/${written}`
      for (const query of ['', '?consistency=strong', '?maxAge=0']) {
        const { json } = await ask('GET', `${of}/access/${feature}${query}`)
        expect([json.userId, json.allowed]).toEqual([userId, true])
      }
      const { json: list } = await ask('GET', `${of}/entitlements?feature=${feature}`)
      expect(list.items.map((item: { userId: string }) => item.userId)).toEqual([userId])
      const { json: ledger } = await ask('GET', `${of}/ledger?limit=1`)
      expect(ledger.items[0].userId).toBe(userId)
      expect((await ask('GET', `${of}/ledger/verify`)).json.intact).toBe(true)
    }
    const checks = [{ userId, feature }]
    expect((await ask('POST', '/v4/checks', { body: { checks } })).json.results[0]).toMatchObject({
      userId,
      allowed: true,
    })
    expect(await aBinding().check({ userId, feature })).toMatchObject({ userId, allowed: true })
    const own = await aToken({ sub: userId, scope: '' })
    const path = `/v4/users/${encodeURIComponent(userId)}/access/${feature}`
    expect((await ask('GET', path, { token: own })).json).toMatchObject({ userId, allowed: true })
    const rows = await env.DB.prepare('SELECT DISTINCT user_id FROM entitlements WHERE feature = ?')
      .bind(feature)
      .all()
    expect(rows.results).toEqual([{ user_id: userId }])
  }

  it.each(oneIn(3, FOUND))('may be %s', isOneUser)

  it('is whatever 200 visible characters of ASCII say, through every door, in every writing', async () => {
    await fc.assert(fc.asyncProperty(ids, isOneUser), { numRuns: 12 })
  })

  it('is taken by RPC as it is by HTTP, and both refuse the same', async () => {
    const feature = await aFeature()
    const userId = `o'brien+${crypto.randomUUID()}/%41=`
    const granted = await aBinding().grant({ userId, feature, idempotencyKey: 'k' })
    expect(granted.userId).toBe(userId)
    const of = `/v4/users/${encodeURIComponent(userId)}`
    expect((await ask('GET', `${of}/access/${feature}?consistency=strong`)).json.allowed).toBe(true)
    expect(
      (await ask('GET', `/v4/users/${userId.replace('%41', 'A').replace('/', '%2F')}/access/${feature}`)).json
        .allowed,
    ).toBe(false)
    for (const wrong of ['', '.', '..', 'two words', 'josé', 'x'.repeat(201), 'a\u0000', 'a\n']) {
      const { problem } = await thrownBy(aBinding().check({ userId: wrong, feature }))
      expect(problem['code']).toBe('malformed_request')
      const answered = await ask('PUT', '/v4/customers/stripe/cus_1', { body: { userId: wrong } })
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors[0].path).toBe('body.userId')
    }
  })

  it('pages under itself: what is listed of all users goes on after it', async () => {
    const feature = await aFeature()
    const run = crypto.randomUUID()
    const users = ['/', '%2F', '+', "'", '"', '~'].map((end) => `${run}${end}`)
    for (const userId of users) await grant(encodeURIComponent(userId), { feature })
    const found: string[] = []
    for (let cursor = ''; ;) {
      const { json } = await ask('GET', `/v4/entitlements?feature=${feature}&limit=1${cursor}`)
      found.push(...json.items.map((item: { userId: string }) => item.userId))
      if (json.nextCursor === null) break
      cursor = `&cursor=${encodeURIComponent(json.nextCursor)}`
    }
    expect(found).toEqual(users.toSorted())
  })
})

describe('what is not percent-encoded UTF-8', () => {
  it.each(['%', '%zz', '%f', '%ff', '%c3', 'a%2', '%%32%46', '100%', '%u0041', '%C3%28'])(
    'is refused, and never taken as it stands: %s',
    async (part) => {
      for (const path of [
        `/v4/users/${part}/access/export`,
        `/v4/users/${part}/access/export?consistency=strong`,
        `/v4/users/${part}/entitlements`,
        `/v4/customers/stripe/${part}`,
        `/v4/purchases/stripe/${part}`,
        `/v4/inbox/${part}`,
        `/v4/products/${part}`,
      ]) {
        const answered = await ask('GET', path)
        expectProblem(answered, 400, 'malformed_request')
        expect(answered.json.errors).toEqual([
          { path: 'path', message: expect.stringContaining('percent-encoded') },
        ])
      }
      const asked = await ask('GET', `/v4/inbox?userId=${part}`)
      expectProblem(asked, 400, 'malformed_request')
      expect(asked.json.errors[0].path).toBe('query')
      const posted = await ask('POST', `/v4/users/${part}/entitlements`, {
        body: { feature: 'a' },
        headers: aKey(),
      })
      expectProblem(posted, 400, 'malformed_request')
    },
  )
})
