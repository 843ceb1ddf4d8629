import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

/** Nothing, said in every way that clients say it. */
const NOTHING: readonly (readonly [string, () => unknown, Record<string, string>])[] = [
  ['no body', () => undefined, {}],
  ['no body, and a type', () => undefined, { 'Content-Type': 'application/json' }],
  ['an empty body', () => '', {}],
  ['an empty body of a form', () => '', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ['an empty chunked body', () => new ReadableStream({ start: (controller) => controller.close() }), {}],
  ['an empty object', () => '{}', {}],
  ['an empty object with spaces', () => ' { }\n', {}],
]

async function aReservation(amount = 5) {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  await grant(userId, { feature, amount: 10 })
  const of = `/v4/users/${userId}/reservations`
  const { json } = await ask('POST', of, { body: { feature, amount, ttlSeconds: 600 }, headers: aKey() })
  return `${of}/${json.id}`
}

describe.each(NOTHING)('%s', (_name, body, headers) => {
  const post = (path: string) => ask('POST', path, { body: body(), headers: { ...aKey(), ...headers } })

  it('commits all of a reservation, and releases one', async () => {
    expect((await post(`${await aReservation()}/commit`)).json.amount).toBe(5)
    expect((await post(`${await aReservation()}/release`)).json.state).toBe('released')
  })

  it('reverses all of a consumption', async () => {
    const { json } = await post(`${await aReservation()}/commit`)
    const reversed = await post(`/v4/users/${json.userId}/consumptions/${json.id}/reversals`)
    expect([reversed.status, reversed.json.reversed]).toEqual([201, 5])
  })

  it('suspends, resumes and revokes', async () => {
    const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
    expect((await post(`${path}/suspend`)).json.state).toBe('suspended')
    expect((await post(`${path}/resume`)).json.state).toBe('active')
    expect((await ask('DELETE', path, { body: body(), headers })).json.state).toBe('revoked')
  })

  it('archives, forgets and replays', async () => {
    const feature = await aFeature()
    expect((await ask('DELETE', `/v4/features/${feature}`, { body: body(), headers })).status).toBe(200)
    const absent = await ask('DELETE', '/v4/customers/stripe/nobody', { body: body(), headers })
    expect(absent.json.code).toBe('customer_not_found')
    expect((await post('/v4/inbox/nothing/replay')).json.code).toBe('inbox_event_not_found')
  })
})

it('One key stands for one commit, whether it says nothing or an empty object', async () => {
  const path = await aReservation()
  const headers = aKey()
  const first = await ask('POST', `${path}/commit`, { headers })
  const second = await ask('POST', `${path}/commit`, { headers, body: {} })
  expect([second.text, second.headers.get('Idempotent-Replayed')]).toEqual([first.text, 'true'])
})

it('What is said where nobody listens is refused', async () => {
  const feature = await aFeature()
  for (const body of ['{"force":true}', '[]', 'null', '{', 'x'.repeat(100_000)]) {
    const answered = await ask('DELETE', `/v4/features/${feature}`, { body })
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors).toEqual([{ path: 'body', message: 'is not taken here' }])
  }
})

describe('a reason', () => {
  const noteOf = async (userId: string) =>
    (await ask('GET', `/v4/users/${userId}/ledger?limit=1`)).json.items[0].note?.reason

  it('may stand in the body, in the query, or in both alike', async () => {
    const userId = aUser()
    const path = pathOf(await grant(userId, { feature: await aFeature() }))
    const suspended = await ask('POST', `${path}/suspend`, { body: { reason: 'fraud' }, headers: aKey() })
    expect([suspended.status, await noteOf(userId)]).toEqual([200, 'fraud'])
    const both = { body: { reason: 'paid' }, headers: aKey() }
    expect((await ask('POST', `${path}/resume?reason=paid`, both)).status).toBe(200)
    expect((await ask('DELETE', path, { body: { reason: 'over' } })).status).toBe(200)
    expect(await noteOf(userId)).toBe('over')
  })

  it('is one and the same request in either place', async () => {
    const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
    const headers = aKey()
    const first = await ask('POST', `${path}/suspend?reason=fraud`, { headers })
    const second = await ask('POST', `${path}/suspend`, { headers, body: { reason: 'fraud' } })
    expect([second.text, second.headers.get('Idempotent-Replayed')]).toEqual([first.text, 'true'])
  })

  it('is refused where two are given that differ, and where it is none', async () => {
    const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
    for (const [query, body] of [
      ['?reason=a', { reason: 'b' }],
      ['', { reason: '' }],
      ['', { reason: 7 }],
      ['', { because: 'fraud' }],
    ] as const) {
      const answered = await ask('POST', `${path}/suspend${query}`, { body, headers: aKey() })
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors[0].path).toMatch(/^body/)
    }
  })
})
