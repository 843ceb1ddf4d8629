import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { aShop } from '../checkout/a-shop.ts'
import { type Answered, aFeature, ask, pathOf } from '../support/api.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { aBinding } from '../rpc/bindings.ts'

/** What a token without scopes may ask. An operation that is added is here by itself. */
const open: readonly Operation[] = Object.values(OPERATIONS).filter(
  ({ who }) => who.type === 'scope_or_self' || who.type === 'scope_or_theirs',
)

/** A user with whom all that can be done has been done, each with a secret where the contract takes one. */
async function aUserWithSecrets() {
  const userId = aUser()
  const secrets: string[] = []
  const secret = (what: string) => {
    const planted = `${what}-${crypto.randomUUID()}`
    secrets.push(planted)
    return planted
  }
  const shown = `shown-${crypto.randomUUID()}`
  const staff = await aToken({ sub: secret('actor') })
  const path = `/v4/users/${userId}`
  const write = async (method: string, at: string, body?: object): Promise<Answered> => {
    const headers = { 'Idempotency-Key': secret('key'), 'X-Request-Id': secret('request') }
    const answered = await ask(method, at, {
      headers,
      token: staff,
      ...(body === undefined ? {} : { body }),
    })
    expect(answered.status).toBeLessThan(300)
    return answered
  }
  const metadata = () => ({
    [secret('name')]: 1,
    note: secret('note'),
    deep: { public: secret('deep') },
    public: { plan: shown },
  })

  const [feature, meter] = [await aFeature(), await aFeature('metered')]
  const granted = await write('POST', `${path}/entitlements`, { feature, metadata: metadata() })
  await write('PATCH', pathOf(granted), { metadata: metadata() })
  await write('POST', `${pathOf(granted)}/suspend?reason=${secret('reason')}`)
  await write('POST', `${pathOf(granted)}/resume?reason=${secret('reason')}`)
  const named = await write('POST', `${path}/entitlements`, { feature, sourceRef: secret('ref') })
  await write('DELETE', `${pathOf(named)}?reason=${secret('reason')}`)
  await write('POST', `${path}/entitlements`, { feature, metadata: { public: secret('text') } })

  await write('POST', `${path}/entitlements`, { feature: meter, amount: 100 })
  const spent = await write('POST', `${path}/consumptions`, { feature: meter, amount: 5 })
  await write('POST', `${path}/consumptions/${spent.json.id}/reversals`, {})
  const reserve = { feature: meter, amount: 5, ttlSeconds: 60 }
  const held = await write('POST', `${path}/reservations`, reserve)
  await write('POST', `${path}/reservations/${held.json.id}/commit`, {})
  const again = await write('POST', `${path}/reservations`, reserve)
  await write('POST', `${path}/reservations/${again.json.id}/release`)

  const worker = aBinding({ scopes: ['entitlements:write', 'usage:write'], caller: secret('worker') })
  const idempotencyKey = secret('key')
  await worker.grant({ userId, feature: meter, amount: 1, idempotencyKey, metadata: metadata() })
  await worker.consume({ userId, feature: meter, amount: 1, idempotencyKey: secret('key') })

  const shop = aShop()
  await shop.map(`course-${shop.name}`, 'lessons')
  const lines = [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }]
  await shop.send('purchase.completed', { purchase_id: shop.name, customer: null, user_id: userId, lines })

  return { userId, secrets, shown, feature, entitlementId: String(granted.json.id), id: shop.name }
}

type Known = Awaited<ReturnType<typeof aUserWithSecrets>>

/** Every path of an operation, and what goes wrong at it. */
function pathsOf({ path, query }: Operation, known: Known): readonly string[] {
  const values: Readonly<Record<string, string>> = {
    ...known,
    key: known.feature,
    provider: 'standard-webhooks',
  } as never
  const at = (changes: Readonly<Record<string, string>> = {}) =>
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = changes[name] ?? values[name]
      if (typeof value !== 'string') throw new Error(`Nothing is known for {${name}} of ${path}`)
      return encodeURIComponent(value)
    })
  return [
    at(),
    `${at()}?nonsense=1`,
    at({ entitlementId: `ent_${'0'.repeat(32)}`, id: 'nowhere', feature: 'nowhere' }),
    at({ userId: 'somebody-else' }),
    ...(query === undefined ? [] : [`${at()}?limit=1`, `${at()}?order=oldest`, `${at()}?consistency=strong`]),
  ]
}

/** All that may be read, to the last page. */
async function answersTo(known: Known, token: string): Promise<readonly Answered[]> {
  const answers: Answered[] = []
  for (const operation of open) {
    for (const path of pathsOf(operation, known)) {
      answers.push(await ask(operation.method.toUpperCase(), path, { token }))
      for (let next = answers.at(-1)?.json?.nextCursor; typeof next === 'string';) {
        answers.push(await ask('GET', `${path}${path.includes('?') ? '&' : '?'}cursor=${next}`, { token }))
        next = answers.at(-1)?.json.nextCursor
      }
    }
  }
  return answers
}

/** The answers as they would be read: headers and body. */
function textOf(answers: readonly Answered[]): string {
  return answers.map(({ headers, text }) => `${JSON.stringify([...headers])}\n${text}`).join('\n')
}

describe('what is kept for colleagues', () => {
  it('is in no answer that a user’s own token gets, whatever it asks', async () => {
    const known = await aUserWithSecrets()
    const answers = await answersTo(known, await aToken({ sub: known.userId, scope: '' }))
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(open.length)
    const text = textOf(answers)
    expect(known.secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect(text).not.toMatch(/commandId|"actor"/)
  })

  it('is what those with scopes are told as before, and what is public everybody', async () => {
    const known = await aUserWithSecrets()
    const all = textOf(await answersTo(known, await aToken()))
    expect(known.secrets.filter((secret) => !all.includes(secret))).toEqual([])

    const own = await aToken({ sub: known.userId, scope: '' })
    const path = `/v4/users/${known.userId}`
    const one = await ask('GET', `${path}/entitlements/${known.entitlementId}`, { token: own })
    const shown = { public: { plan: known.shown } }
    expect(one.json.metadata).toEqual(shown)
    const listed = await ask('GET', `${path}/entitlements?feature=${known.feature}`, { token: own })
    expect(listed.json.items).toContainEqual(one.json)
    const entries = await ask('GET', `${path}/ledger?order=oldest&limit=1`, { token: own })
    expect(entries.json.items[0].note).toEqual({ metadata: shown })
  })

  it('leaves what was bought its name, which the provider told the buyer too', async () => {
    const known = await aUserWithSecrets()
    const own = await aToken({ sub: known.userId, scope: '' })
    const { json } = await ask('GET', `/v4/users/${known.userId}/entitlements?feature=lessons`, {
      token: own,
    })
    expect(json.items[0].source.ref).toBe(`purchase/${known.id}`)
  })
})
