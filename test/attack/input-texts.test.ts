import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, strongCheck } from '../support/api.ts'
import { withEvent } from '../support/checkout-rows.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

const aName = () => crypto.randomUUID().slice(0, 8)

describe('a filter', () => {
  it('means what it says, also in letters that mean something to a database', async () => {
    const feature = await aFeature()
    const suffix = aName()
    const refs = ['%', '_', '*', "'", '"', '\\', "'OR'1'='1", "';DROP/**/TABLE/**/entries;--", 'a', 'A'].map(
      (letters) => `${letters}${suffix}`,
    )
    for (const sourceRef of refs) expect((await grant(aUser(), { feature, sourceRef })).status).toBe(201)
    for (const sourceRef of refs) {
      for (const also of ['', `&feature=${feature}`]) {
        const query = `sourceRef=${encodeURIComponent(sourceRef)}${also}`
        const { json } = await ask('GET', `/v4/entitlements?${query}`)
        expect(json.items.map((item: { source: { ref: string } }) => item.source.ref)).toEqual([sourceRef])
      }
    }
    for (const none of ['%', `%${suffix}`, `_${suffix.slice(1)}`, `a${suffix}'--`]) {
      const { json } = await ask('GET', `/v4/entitlements?sourceRef=${encodeURIComponent(none)}`)
      expect(json.items.map((item: { source: { ref: string } }) => item.source.ref)).not.toContain(
        `a${suffix}`,
      )
    }
  })

  it('of the inbox too', async () => {
    const type = `invoice.${aName()}`
    const id = await withEvent({ type })
    const idsOf = async (value: string) => {
      const { json } = await ask('GET', `/v4/inbox?type=${encodeURIComponent(value)}`)
      return json.items.map((item: { id: string }) => item.id)
    }
    expect(await idsOf(type)).toEqual([id])
    const others = [
      '%',
      'invoice.%',
      type.replace('.', '_'),
      type.toUpperCase(),
      `${type}' OR 1=1 --`,
      `${type}\0`,
    ]
    for (const other of others) expect(await idsOf(other)).toEqual([])
  })
})

describe('names that differ in case alone', () => {
  it('are two: users, sources, products and customers', async () => {
    const name = `Anna-${crypto.randomUUID()}`
    const feature = await aFeature()
    const granted = await grant(name, { feature, sourceRef: name })
    expect((await strongCheck(name.toLowerCase(), feature)).allowed).toBe(false)
    const second = await grant(name, { feature, sourceRef: name.toLowerCase() })
    expect([second.status, second.json.id === granted.json.id]).toEqual([201, false])
    for (const path of [`/v4/products/${name}`, `/v4/customers/stripe/${name}`]) {
      const body = path.includes('products') ? { name, features: [{ feature }] } : { userId: name }
      expect((await ask('PUT', path, { body })).status).toBe(201)
      expect((await ask('GET', path.replace(name, name.toLowerCase()))).status).toBe(404)
    }
  })

  it('are two keys of idempotency too', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const answers = [
      await grant(userId, { feature }, { 'Idempotency-Key': 'Order-1' }),
      await grant(userId, { feature }, { 'Idempotency-Key': 'order-1' }),
    ]
    expect(answers.map(({ headers }) => headers.get('Idempotent-Replayed'))).toEqual([null, null])
  })
})

describe('a text for people', () => {
  const put = async (name: string) =>
    ask('PUT', `/v4/features/feature-${aName()}`, { body: { type: 'boolean', name } })

  it.each(['\0', 'a\0b', 'a\nb', '\u001b[31m', '\u007f', '\u0085', '\ud800', 'x\udfff', '', 'x'.repeat(201)])(
    'is not %j',
    async (name) => {
      expectProblem(await put(name), 400, 'malformed_request')
      if (name.length > 200 || !name.isWellFormed()) return
      const reason = `?reason=${encodeURIComponent(name)}`
      const path = `/v4/users/${aUser()}/entitlements/ent_${'0'.repeat(32)}`
      expectProblem(await ask('DELETE', `${path}${reason}`), 400, 'malformed_request')
    },
  )

  it.each([
    'ü',
    'u\u0308',
    '\u202eabc',
    'a\u200bb',
    '\ufeffa',
    '👩‍👩‍👧',
    '__proto__',
    "'; DROP TABLE features; --",
    '<script>',
  ])('may be %j, and stays as it is', async (name) => {
    const { status, json } = await put(name)
    expect([status, json.name]).toEqual([201, name])
    expect((await ask('GET', `/v4/features/${json.key}`)).json.name).toBe(name)
  })
})

describe('a body', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    ask('POST', `/v4/users/${aUser()}/entitlements`, { body, headers: { ...aKey(), ...headers } })

  it('that names a member twice counts as JSON is read everywhere here: by the last', async () => {
    const feature = await aFeature()
    const { status, json } = await post(`{"feature":"${feature}","priority":1,"priority":2}`)
    expect([status, json.priority]).toEqual([201, 2])
    expectProblem(
      await post(`{"feature":"${feature}","priority":1,"priority":"2"}`),
      400,
      'malformed_request',
    )
  })

  it('may begin with the mark of UTF-8, as some editors write it', async () => {
    expect((await post(`\u{feff}{"feature":"${await aFeature()}"}`)).status).toBe(201)
  })

  it.each([
    ['deep', `{"feature":"a","extra":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['deep at once', `${'['.repeat(32_000)}${']'.repeat(32_000)}`],
    ['deep and cut off', '{"a":'.repeat(12_000)],
    ['wide', `{${Array.from({ length: 6000 }, (_, index) => `"k${index}":0`).join(',')}}`],
    [
      'wide within',
      `{"feature":"a","reset":{${Array.from({ length: 5000 }, (_, n) => `"${n}":0`).join(',')}}}`,
    ],
  ])('that is %s is refused', async (_, body) => {
    expectProblem(await post(body), 400, 'malformed_request')
  })
})

describe('a request', () => {
  it('may have a hundred headers that mean nothing here', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`X-Header-${index}`, 'x'.repeat(100)]),
    )
    expect((await ask('GET', '/v4/features', { headers: many })).status).toBe(200)
  })

  it.each([
    'limit[]=1',
    'limit[0]=1',
    'limit=1&limit[]=2',
    'limit=1,2',
    'limit=%5B1%5D',
    'cursor[$ne]=a',
    '__proto__[limit]=1',
  ])('has no lists in its query: %s', async (query) => {
    expectProblem(await ask('GET', `/v4/features?${query}`), 400, 'malformed_request')
  })
})
