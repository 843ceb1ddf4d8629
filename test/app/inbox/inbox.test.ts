import { describe, expect, it } from 'vitest'
import { type Answered, aKey, ask, pages } from '../../support/api.ts'
import { gzip, withEvent } from '../../support/checkout-rows.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

function idsOf(answers: readonly Answered[]): readonly string[] {
  return answers.flatMap(({ json }) => json.items.map(({ id }: { id: string }) => id))
}

describe('the inbox', () => {
  it('lists what arrived, the newest first, each once over all pages', async () => {
    const user_id = aUser()
    const made: string[] = []
    for (const received_at of [3000, 1000, 2000, 5000, 4000]) {
      made.push(await withEvent({ user_id, received_at }))
    }
    const listed = idsOf(await pages(`/v4/inbox?userId=${user_id}&limit=2`))
    expect(listed).toEqual(made.toSorted().toReversed())
  })

  it('is filtered by provider, state, type, user and time', async () => {
    const user_id = aUser()
    const one = await withEvent({ user_id, provider: 'paddle', state: 'dead', type: 't', received_at: 7000 })
    await withEvent({ user_id, received_at: 9000 })
    const moment = (at: number) => new Date(at).toISOString()
    for (const filter of [
      'provider=paddle',
      'state=dead',
      'type=t',
      `receivedBefore=${moment(9000)}`,
      `receivedAfter=${moment(7000)}&receivedBefore=${moment(7001)}`,
    ]) {
      expect([filter, idsOf([await ask('GET', `/v4/inbox?userId=${user_id}&${filter}`)])]).toEqual([
        filter,
        [one],
      ])
    }
    for (const filter of ['state=lost', 'provider=%25', 'receivedAfter=soon', 'type=', 'account=a']) {
      expectProblem(await ask('GET', `/v4/inbox?${filter}`), 400, 'malformed_request')
    }
  })

  it('takes no cursor of another filter', async () => {
    const user_id = aUser()
    for (let made = 0; made < 2; made += 1) await withEvent({ user_id })
    const { json } = await ask('GET', `/v4/inbox?userId=${user_id}&limit=1`)
    expectProblem(
      await ask('GET', `/v4/inbox?userId=${aUser()}&cursor=${json.nextCursor}`),
      400,
      'malformed_request',
    )
  })
})

describe('an event of the inbox', () => {
  it('is shown with its body, and with nothing of its headers', async () => {
    const body = { id: 'evt_1', note: 'ü' }
    const id = await withEvent({ body: await gzip(JSON.stringify(body)) })
    const { json, text } = await ask('GET', `/v4/inbox/${id}`)
    expect(json).toMatchObject({ id, state: 'applied', deliveries: 1, attempts: 0, waitsFor: [], body })
    expect(json.occurredAt).toBe('1970-01-01T00:00:01.000Z')
    expect(text).not.toContain('of a header')
  })

  it('is shown with the facts that it says', async () => {
    const object = { id: 'ch_1', status: 'succeeded', created: 2, amount: 900, payment_intent: 'pi_1' }
    const event = { id: 'evt_1', object: 'event', type: 'charge.succeeded', created: 3, data: { object } }
    const id = await withEvent({ type: event.type, body: await gzip(JSON.stringify(event)) })
    const { facts } = (await ask('GET', `/v4/inbox/${id}`)).json
    expect(facts).toMatchObject([
      { type: 'payment', payment: 'pi_1', money: { total: 900, refunded: 0 }, paidAt: 2000 },
    ])
  })

  it('can be looked at though nobody understands it', async () => {
    const id = await withEvent({ provider: 'paddle', body: await gzip('[]') })
    expect(await ask('GET', `/v4/inbox/${id}`)).toMatchObject({
      status: 200,
      json: { body: [], facts: null },
    })
  })

  it('outlives its body', async () => {
    const id = await withEvent()
    expect((await ask('GET', `/v4/inbox/${id}`)).json).toMatchObject({ body: null, facts: null })
  })
})

describe('a replay', () => {
  it('is taken at once and shows the event as it is then', async () => {
    const id = await withEvent({ state: 'dead', body: await gzip('{}') })
    const replayed = await ask('POST', `/v4/inbox/${id}/replay`, { headers: aKey() })
    expect(replayed).toMatchObject({ status: 202, json: { id, state: 'received', replays: 1, attempts: 0 } })
  })

  it('may be asked for again, with any key', async () => {
    const [id, key] = [await withEvent({ body: await gzip('{}') }), aKey()]
    for (const headers of [key, key, aKey()]) {
      expect((await ask('POST', `/v4/inbox/${id}/replay`, { headers })).status).toBe(202)
    }
  })

  it('is not possible without the body, and then leaves the event as it is', async () => {
    const id = await withEvent()
    const before = await ask('GET', `/v4/inbox/${id}`)
    expectProblem(await ask('POST', `/v4/inbox/${id}/replay`, { headers: aKey() }), 409, 'body_dropped')
    expect((await ask('GET', `/v4/inbox/${id}`)).json).toEqual(before.json)
  })

  it('needs a key like all that is posted, and an event', async () => {
    const id = await withEvent()
    expectProblem(await ask('POST', `/v4/inbox/${id}/replay`), 400, 'idempotency_key_missing')
    expectProblem(
      await ask('POST', '/v4/inbox/inb_0/replay', { headers: aKey() }),
      404,
      'inbox_event_not_found',
    )
  })
})
