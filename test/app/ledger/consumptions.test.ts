import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant, pages } from '../../support/api.ts'
import { stopTheClock } from '../../support/clock.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { aMeter, aMeterWithOverage, meterOf } from '../usage/a-meter.ts'

stopTheClock()

/** Writes what may be erased beside an entry. */
async function note(userId: string, seq: number, what: object): Promise<void> {
  await env.DB.prepare(`INSERT INTO notes (user_id, seq, salt, json) VALUES (?, ?, 'salt', ?)`)
    .bind(userId, seq, JSON.stringify(what))
    .run()
}

function now(): string {
  return new Date().toISOString()
}

async function idsAt(path: string): Promise<readonly string[]> {
  return (await pages(path)).flatMap(({ json }) => json.items.map(({ id }: { id: string }) => id))
}

describe('what was consumed and given back', () => {
  it('is listed oldest first, with its sums: what no lot had goes back first', async () => {
    const meter = await aMeterWithOverage(5)
    const { feature } = meter
    const at = now()
    const spent = await meter.consume(8)
    await meter.commit(await meter.reserve(4), 2)
    await meter.reverse(spent, 1)
    await meter.reverse(spent)
    const { json } = await meter.get('consumptions')
    const told = { feature, at, holder: null, actor: null, reason: null, metadata: null }
    expect(json).toEqual({
      items: [
        { type: 'consumption', id: 'con_2', amount: 8, overage: 3, version: 2, ...told },
        {
          type: 'consumption',
          id: 'con_4',
          reservationId: 'res_3',
          amount: 2,
          overage: 2,
          version: 4,
          ...told,
        },
        { type: 'reversal', id: 'rev_5', consumptionId: 'con_2', amount: 1, overage: 1, version: 5, ...told },
        { type: 'reversal', id: 'rev_6', consumptionId: 'con_2', amount: 7, overage: 2, version: 6, ...told },
      ],
      totals: [{ feature, holder: null, consumed: 10, reversed: 8, net: 2, overage: 2, costs: [] }],
      nextCursor: null,
    })
    const sums = await meter.get('consumptions?totals=only&limit=1')
    expect(sums.json).toEqual({ totals: json.totals, nextCursor: null })
  })

  it('is of one feature where that is asked', async () => {
    const meter = await aMeter(10)
    const other = meterOf(meter.userId, await aFeature('metered'))
    await other.grant(10)
    await meter.consume(1)
    await other.consume(2)
    const { json } = await meter.get(`consumptions?feature=${other.feature}`)
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(['con_4'])
    expect(json.totals.map(({ feature, net }: Record<string, unknown>) => [feature, net])).toEqual([
      [other.feature, 2],
    ])
  })

  it('is nothing for a user of whom nothing is recorded', async () => {
    const { json } = await ask('GET', `/v4/users/${aUser()}/consumptions`)
    expect(json).toEqual({ items: [], totals: [], nextCursor: null })
  })

  it('is seen once each by whoever goes from page to page while more is consumed', async () => {
    const meter = await aMeter(100)
    for (let count = 0; count < 5; count += 1) await meter.consume(1)
    let more = 0
    const walked = await pages(`${meter.path}/consumptions?limit=2`, async () => {
      more += 1
      if (more < 4) await meter.consume(1)
    })
    const ids = walked.flatMap(({ json }) => json.items.map(({ id }: { id: string }) => id))
    expect(ids).toEqual(['con_2', 'con_3', 'con_4', 'con_5', 'con_6', 'con_7', 'con_8', 'con_9'])
  })

  it('goes on from a cursor only with the query that it was given for, in which no holder can be read', async () => {
    const meter = await aMeter(10)
    await meter.consume(1)
    await meter.consume(1)
    for (const seq of [2, 3]) await note(meter.userId, seq, { holder: 'ann@example.com' })
    const { json } = await meter.get('consumptions?holder=ann%40example.com&limit=1')
    const { nextCursor } = json
    expect(atob(nextCursor.slice(22).replaceAll('-', '+').replaceAll('_', '/'))).toBe('{"after":2}')
    const path = `consumptions?limit=1&cursor=${nextCursor}`
    expect((await meter.get(`${path}&holder=ann%40example.com`)).json.items).toMatchObject([{ id: 'con_3' }])
    expectProblem(await meter.get(path), 400, 'malformed_request')
    expectProblem(await meter.get(`${path}&holder=ben`), 400, 'malformed_request')
  })

  it('takes no interval that ends before it begins, and no limit beyond 1,000', async () => {
    const { path } = await aMeter(1)
    const [earlier, later] = ['2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z']
    const refused = await ask('GET', `${path}/consumptions?from=${later}&to=${earlier}`)
    expectProblem(refused, 400, 'malformed_request')
    expect(refused.json.errors).toEqual([{ path: 'query.to', message: 'lies before the beginning' }])
    expect((await ask('GET', `${path}/consumptions?from=${later}&to=${later}`)).json.items).toEqual([])
    for (const query of [
      'limit=1001',
      'limit=0',
      'totals=all',
      'from=yesterday',
      'holder=',
      'holder=a%0Ab',
      `holder=${'a'.repeat(201)}`,
    ]) {
      expect([query, (await ask('GET', `${path}/consumptions?${query}`)).status]).toEqual([query, 400])
    }
    expect((await ask('GET', `${path}/consumptions?limit=1000`)).status).toBe(200)
  })
})

describe('who it was', () => {
  it('stands in what may be erased: sums are by holder, and of nobody afterwards', async () => {
    const meter = await aMeter(10)
    const { userId, feature } = meter
    const spent = await meter.consume(3)
    await meter.consume(2)
    await meter.consume(1)
    await meter.reverse(spent, 1)
    await note(userId, 2, { holder: 'ann', actor: 'app', reason: 'export', metadata: { file: 7 } })
    await note(userId, 3, { holder: 'ben' })
    const sums = async (query = '') =>
      (await meter.get(`consumptions${query}`)).json.totals.map(
        ({ holder, consumed, reversed }: Record<string, unknown>) => [holder, consumed, reversed],
      )
    expect(await sums()).toEqual([
      ['ann', 3, 1],
      ['ben', 2, 0],
      [null, 1, 0],
    ])
    const { json } = await meter.get('consumptions?holder=ann')
    expect(json.items).toEqual([
      {
        type: 'consumption',
        id: 'con_2',
        feature,
        amount: 3,
        overage: 0,
        at: now(),
        version: 2,
        holder: 'ann',
        actor: 'app',
        reason: 'export',
        metadata: { file: 7 },
      },
      {
        type: 'reversal',
        id: 'rev_5',
        consumptionId: 'con_2',
        feature,
        amount: 1,
        overage: 0,
        at: now(),
        version: 5,
        holder: 'ann',
        actor: null,
        reason: null,
        metadata: null,
      },
    ])
    await env.DB.prepare('DELETE FROM notes WHERE user_id = ?').bind(userId).run()
    expect(await sums()).toEqual([[null, 6, 1]])
    expect(await sums('?holder=ann')).toEqual([])
  })

  it('is not told to a user’s own token, nor may it ask for one', async () => {
    const meter = await aMeter(10)
    const { userId, feature } = meter
    await meter.consume(3)
    await meter.consume(2)
    const metadata = { public: { file: 7 }, cost: 1 }
    await note(userId, 2, { holder: 'ann', actor: 'app', reason: 'export', metadata })
    await note(userId, 3, { holder: 'ben' })
    const own = { token: await aToken({ sub: userId, scope: '' }) }
    const { json } = await ask('GET', `${meter.path}/consumptions`, own)
    const [first] = json.items
    expect(first).toEqual({
      type: 'consumption',
      id: 'con_2',
      feature,
      amount: 3,
      overage: 0,
      at: now(),
      version: 2,
      metadata: { public: { file: 7 } },
    })
    expect(json.totals).toEqual([{ feature, consumed: 5, reversed: 0, net: 5, overage: 0, costs: [] }])
    expectProblem(await ask('GET', `${meter.path}/consumptions?holder=ann`, own), 403, 'forbidden')
    expectProblem(await ask('GET', `/v4/users/${aUser()}/consumptions`, own), 403, 'forbidden')
  })

  it('is read by a user’s own token ten times a minute, as each page may look at a thousand entries', async () => {
    const userId = aUser()
    const own = { token: await aToken({ sub: userId, scope: '' }) }
    for (let page = 0; page < 10; page += 1) {
      expect((await ask('GET', `/v4/users/${userId}/consumptions`, own)).status).toBe(200)
    }
    expectProblem(await ask('GET', `/v4/users/${userId}/consumptions`, own), 429, 'too_many_requests')
    expectProblem(await ask('GET', `/v4/users/${userId}/ledger`, own), 429, 'too_many_requests')
    expect((await ask('GET', `/v4/users/${userId}/consumptions`)).status).toBe(200)
  })
})

describe('a feature that spends another', () => {
  it('says in its sums what it took of which, and what of that was not there', async () => {
    const [pool, images] = [`pool-${crypto.randomUUID()}`, await aFeature('metered')]
    const spends = { feature: pool, rate: { amount: 5, per: 2 }, requiresRight: false }
    await env.DB.prepare('UPDATE features SET spends = ? WHERE key = ?')
      .bind(JSON.stringify(spends), images)
      .run()
    await ask('PUT', `/v4/features/${pool}`, { body: { type: 'metered', overage: 'allow' } })
    const userId = aUser()
    await grant(userId, { feature: pool, amount: 10 })
    const [ofPool, ofImages] = [meterOf(userId, pool), meterOf(userId, images)]
    await ofPool.consume(4)
    // Three cost eight, of which six are there; two that stay cost five.
    const spent = await ofImages.consume(3)
    expect(spent.json).toMatchObject({ overage: 2 })
    await ofImages.reverse(spent, 1)
    const { json } = await ofImages.get('consumptions')
    expect(json.items.slice(1)).toMatchObject([
      { id: 'con_3', feature: images, amount: 3, overage: 2, spends: { feature: pool, cost: 8 } },
      { id: 'rev_4', feature: images, amount: 1, overage: 2, spends: { feature: pool, cost: 3 } },
    ])
    expect(json.totals).toEqual([
      { feature: pool, holder: null, consumed: 4, reversed: 0, net: 4, overage: 0, costs: [] },
      {
        feature: images,
        holder: null,
        consumed: 3,
        reversed: 1,
        net: 2,
        overage: 0,
        costs: [{ feature: pool, cost: 5, overage: 0 }],
      },
    ])
    expect(await idsAt(`/v4/users/${userId}/consumptions?feature=${pool}`)).toEqual(['con_2'])
  })
})
