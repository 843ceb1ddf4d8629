import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { stripe } from '../../../src/checkout/providers/stripe/stripe.ts'
import { reread } from '../../../src/checkout/processing/reread.ts'
import { eventById } from '../../../src/inbox/inbox-event.ts'
import { takeIn } from '../../../src/inbox/take-in.ts'
import { NOW } from '../a-shop.ts'

const body = {
  id: 'evt_1',
  object: 'event',
  created: NOW / 1000 - 1,
  api_version: '2025-03-31.basil',
  type: 'customer.subscription.updated',
  data: { object: { id: 'sub_1', object: 'subscription' } },
}

async function anEvent() {
  const arrived = {
    provider: 'stripe',
    account: 'acct_1',
    eventId: crypto.randomUUID(),
    type: body.type,
    mode: 'test',
    occurredAt: NOW - 1000,
    receivedAt: NOW,
    headers: {},
    body: JSON.stringify(body),
    bodySha256: 'sha',
    factsSha256: 'sha',
    isSilent: false,
    problem: null,
    turnOf: null,
  } as const
  const { event } = await takeIn(env.DB, arrived, null)
  return (await eventById(env.DB, event.id)) ?? expect.fail()
}

function anApi(status: number, answer: unknown) {
  const asked: { url: string; headers: Headers }[] = []
  const deps = {
    d1: env.DB,
    now: () => NOW,
    apiKeys: new Map([['stripe', 'rk_test_1']]),
    fetch: (url: string, { headers }: RequestInit) => {
      asked.push({ url, headers: new Headers(headers) })
      return Promise.resolve(Response.json(answer, { status }))
    },
  }
  return { asked, deps }
}

describe('an object of Stripe', () => {
  it('is read again once, as of the moment when that began, and kept', async () => {
    const event = await anEvent()
    const { asked, deps } = anApi(200, { id: 'sub_1', status: 'active' })
    const found = await reread(deps, stripe, event, body)
    expect(found).toEqual({ object: { id: 'sub_1', status: 'active' }, startedAt: NOW })
    const [question] = asked
    expect(question?.url).toMatch(/^https:\/\/api\.stripe\.com\/v1\/subscriptions\/sub_1/)
    expect(Object.fromEntries(question?.headers ?? [])).toMatchObject({
      authorization: 'Bearer rk_test_1',
      'stripe-version': '2025-03-31.basil',
      'stripe-account': 'acct_1',
    })
    const kept = await eventById(env.DB, event.id)
    expect(await reread(deps, stripe, kept ?? event, body)).toEqual(found)
    expect(asked).toHaveLength(1)
  })

  it('that is gone is said by the event alone, on every replay', async () => {
    const event = await anEvent()
    const { asked, deps } = anApi(404, {})
    expect(await reread(deps, stripe, event, body)).toBeNull()
    expect(await reread(deps, stripe, (await eventById(env.DB, event.id)) ?? event, body)).toBeNull()
    expect(asked).toHaveLength(1)
  })

  it('is waited for when the API does not answer rightly or at too great length', async () => {
    const event = await anEvent()
    await expect(reread(anApi(429, {}).deps, stripe, event, body)).rejects.toThrow('429')
    const { deps } = anApi(200, 'x'.repeat(1024 * 1024))
    await expect(reread(deps, stripe, event, body)).rejects.toThrow('too large')
  })

  it('is read by the version of the account where the event names one that no header can hold', async () => {
    const { asked, deps } = anApi(200, {})
    for (const api_version of ['2025\r\nX-Evil: 1', 'ü', '', 7]) {
      await reread(deps, stripe, await anEvent(), { ...body, api_version })
    }
    expect(asked).toHaveLength(4)
    expect(asked.filter(({ headers }) => headers.has('stripe-version'))).toEqual([])
  })

  it('is not read without a key', async () => {
    const { asked, deps } = anApi(200, {})
    expect(
      await reread({ ...deps, apiKeys: new Map<string, string>() }, stripe, await anEvent(), body),
    ).toBeNull()
    expect(asked).toEqual([])
  })
})
