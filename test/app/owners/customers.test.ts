import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ask } from '../../support/api.ts'
import { withEvent } from '../../support/checkout-rows.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

function aCustomer(): string {
  return `cus_${crypto.randomUUID()}`
}

function pathOf(customerId: string, provider = 'stripe'): string {
  return `/v4/customers/${provider}/${encodeURIComponent(customerId)}`
}

describe('a customer', () => {
  it('is linked by the first PUT and found again', async () => {
    const [customerId, userId] = [aCustomer(), aUser()]
    expectProblem(await ask('GET', pathOf(customerId)), 404, 'customer_not_found')
    const put = await ask('PUT', pathOf(customerId), { body: { userId } })
    const link = { provider: 'stripe', account: '', customerId, userId, moving: false }
    expect(put).toMatchObject({ status: 201, json: link })
    const { version } = put.json
    expect(version).toBeGreaterThan(0)
    expect((await ask('GET', pathOf(customerId))).json).toEqual({ ...link, version })
  })

  it('stays where the same PUT comes again', async () => {
    const [path, body] = [pathOf(aCustomer()), { userId: aUser() }]
    await ask('PUT', path, { body })
    expect(await ask('PUT', path, { body })).toMatchObject({ status: 200, json: { ...body, moving: false } })
  })

  it('goes to the user who is named last, and what was bought follows', async () => {
    const path = pathOf(aCustomer())
    for (const userId of [aUser(), aUser(), aUser()]) {
      expect((await ask('PUT', path, { body: { userId } })).json.userId).toBe(userId)
      expect((await ask('GET', path)).json.userId).toBe(userId)
    }
  })

  it('is one in each account and at each provider', async () => {
    const [customerId, first, second] = [aCustomer(), aUser(), aUser()]
    const path = pathOf(customerId)
    await ask('PUT', path, { body: { userId: first } })
    await ask('PUT', path, { body: { userId: second, account: 'acct_2' } })
    expect((await ask('GET', path)).json.userId).toBe(first)
    expect((await ask('GET', `${path}?account=acct_2`)).json.userId).toBe(second)
    expectProblem(await ask('GET', pathOf(customerId, 'paddle')), 404, 'customer_not_found')
  })

  it('is forgotten by DELETE, once', async () => {
    const [path, userId] = [pathOf(aCustomer()), aUser()]
    await ask('PUT', path, { body: { userId } })
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, json: { userId } })
    expectProblem(await ask('DELETE', path), 404, 'customer_not_found')
  })

  it('may have any visible characters in its id, percent-encoded', async () => {
    for (const customerId of ['$RCAnonymousID:1', 'a/b', 'a?b#c', '100%', '%2F', 'x'.repeat(255)]) {
      const unique = `${customerId}${crypto.randomUUID()}`.slice(-255)
      await ask('PUT', pathOf(unique), { body: { userId: aUser() } })
      expect((await ask('GET', pathOf(unique))).json.customerId).toBe(unique)
    }
    for (const customerId of ['a b', 'ü', 'a\n', 'x'.repeat(256)]) {
      expectProblem(await ask('GET', pathOf(customerId)), 400, 'malformed_request')
    }
  })

  it('is linked by a user id that can be one', async () => {
    for (const body of [{}, { userId: '' }, { userId: 'a b' }, { userId: 'u', account: 'ü' }]) {
      expectProblem(await ask('PUT', pathOf(aCustomer()), { body }), 400, 'malformed_request')
    }
  })
})

describe('an event that waits for a customer', () => {
  it('is due again once the customer is linked, in that account only', async () => {
    const customerId = aCustomer()
    const id = await withEvent({ state: 'quarantined', reason: 'unknown_customer' })
    await env.DB.prepare('INSERT INTO inbox_waits VALUES (?, ?, ?, ?)')
      .bind('stripe', '', `customer:${customerId}`, id)
      .run()
    await ask('PUT', pathOf(customerId), { body: { userId: aUser(), account: 'other' } })
    expect((await ask('GET', `/v4/inbox/${id}`)).json.replays).toBe(0)
    await ask('PUT', pathOf(customerId), { body: { userId: aUser() } })
    expect((await ask('GET', `/v4/inbox/${id}`)).json).toMatchObject({ replays: 1, waitsFor: [] })
  })
})
