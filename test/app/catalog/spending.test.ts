import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { putFeature, updateFeature } from '../../../src/catalog/features.ts'
import { aKey, ask } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'

const pathOf = (key: string) => `/v4/features/${key}`
const put = (key: string, body: object) => ask('PUT', pathOf(key), { body })
const patch = (key: string, body: object) => ask('PATCH', pathOf(key), { body, headers: aKey() })

async function aMetered(terms: object = {}): Promise<string> {
  const key = `feature-${crypto.randomUUID()}`
  const made = await put(key, { type: 'metered', ...terms })
  if (made.status !== 201) throw new Error(made.text)
  return key
}

const ONE = { rate: { amount: 1, per: 1 }, requiresRight: false }
const NOW = { condition: null, at: 1, actor: 'me', reason: null }

/** The real D1, in which something else is written before the first batch that writes leaves. */
function raced(first: () => Promise<unknown>): D1Database {
  let isOpen = true
  return new Proxy(env.DB, {
    get: (target, property) => {
      if (property !== 'batch') return Reflect.get(target, property).bind(target) as unknown
      return async (statements: D1PreparedStatement[]) => {
        const isWrite = statements.length > 2
        if (isWrite && isOpen) {
          isOpen = false
          await first()
        }
        return target.batch(statements)
      }
    },
  })
}

const WHOLE_OR_RATE = 'must be a whole number, or so much for so many, as { "amount": 3, "per": 2 }'

describe('what a feature spends', () => {
  it('is said by PUT as a whole, changed by PATCH in parts, and logged', async () => {
    const [pool, other] = [await aMetered(), await aMetered()]
    const key = await aMetered({ spends: pool, cost: { amount: 3, per: 2 }, requiresRight: true })
    const read = async () => {
      const { spends, cost, requiresRight } = (await ask('GET', pathOf(key))).json
      return [spends, cost, requiresRight]
    }
    expect(await read()).toEqual([pool, { amount: 3, per: 2 }, true])
    expect((await patch(key, { cost: 7 })).status).toBe(200)
    expect(await read()).toEqual([pool, { amount: 7, per: 1 }, true])
    await patch(key, { requiresRight: false })
    await patch(key, { spends: other })
    expect(await read()).toEqual([other, { amount: 7, per: 1 }, false])
    await patch(key, { name: 'Named' })
    expect(await read()).toEqual([other, { amount: 7, per: 1 }, false])
    await patch(key, { spends: null })
    expect(await read()).toEqual([undefined, undefined, undefined])
    await patch(key, { spends: pool })
    expect(await read()).toEqual([pool, { amount: 1, per: 1 }, false])
    await put(key, { type: 'metered' })
    expect(await read()).toEqual([undefined, undefined, undefined])
    const { items } = (await ask('GET', '/v4/catalog/changes?order=newest&limit=20')).json
    const logged = items.filter((one: { key: string }) => one.key === key)
    expect(logged.map(({ what }: { what: { spends?: string } }) => what.spends)).toEqual([
      undefined,
      pool,
      undefined,
      other,
      other,
      pool,
      pool,
      pool,
    ])
    expect(logged[6].what).toMatchObject({ cost: { amount: 7, per: 1 }, requiresRight: true })
  })

  it('has a debt of at most overageMax where overage is allowed', async () => {
    const key = await aMetered({ overage: 'allow', overageMax: 10 })
    expect((await ask('GET', pathOf(key))).json.overageMax).toBe(10)
    expect((await patch(key, { overageMax: 0 })).json.overageMax).toBe(0)
    expect((await patch(key, { overageMax: null })).json).not.toHaveProperty('overageMax')
    expect((await put(key, { type: 'metered', overage: 'allow', overageMax: 5 })).json.overageMax).toBe(5)
  })

  it('is refused at its place where it can never be', async () => {
    const [pool, free, held] = [await aMetered(), await aMetered(), await aMetered({ held: true })]
    const key = `feature-${crypto.randomUUID()}`
    const tries: readonly [answer: ReturnType<typeof put>, path: string][] = [
      [put(key, { type: 'metered', spends: pool, cost: 0 }), 'body.cost'],
      [put(key, { type: 'metered', spends: pool, cost: { amount: 0, per: 1 } }), 'body.cost'],
      [put(key, { type: 'metered', spends: pool, cost: { amount: 1, per: 1_000_001 } }), 'body.cost'],
      [put(key, { type: 'metered', spends: pool, cost: 1.5 }), 'body.cost'],
      [put(key, { type: 'metered', cost: 5 }), 'body.cost'],
      [put(key, { type: 'metered', requiresRight: true }), 'body.requiresRight'],
      [put(key, { type: 'metered', spends: key }), 'body.spends'],
      [put(key, { type: 'metered', spends: pool, held: true }), 'body.spends'],
      [put(key, { type: 'metered', spends: pool, windowSeconds: 60 }), 'body.spends'],
      [put(key, { type: 'metered', overageMax: 5 }), 'body.overageMax'],
      [put(key, { type: 'metered', overage: 'allow', overageMax: -1 }), 'body.overageMax'],
      [put(key, { type: 'boolean', spends: pool }), 'body.type'],
      [put(key, { type: 'config', overageMax: 1 }), 'body.type'],
      [patch(free, { spends: free }), 'body.spends'],
      [patch(free, { cost: 5 }), 'body.cost'],
      [patch(free, { spends: null, requiresRight: true }), 'body.requiresRight'],
      [patch(free, { overageMax: 5 }), 'body.overageMax'],
      [patch(held, { spends: pool }), 'body.spends'],
    ]
    for (const [answer, path] of tries) {
      const refused = await answer
      expectProblem(refused, 400, 'malformed_request')
      expect(refused.json.errors.map((one: { path: string }) => one.path)[0]).toMatch(path)
    }
  })

  it.each([
    [1.5, [['body.cost', WHOLE_OR_RATE]]],
    ['5%', [['body.cost', WHOLE_OR_RATE]]],
    [{ amount: 1, per: 2.5 }, [['body.cost.per', 'must be a whole number']]],
    [
      {},
      [
        ['body.cost.amount', 'is missing'],
        ['body.cost.per', 'is missing'],
      ],
    ],
  ])('is told how a cost is said where it is %j', async (cost, wrong) => {
    const feature = { type: 'metered', spends: 'credits', cost }
    const { json } = await put(`feature-${crypto.randomUUID()}`, feature)
    expect(json.errors).toEqual(wrong.map(([path, message]) => ({ path, message })))
  })

  it('is refused where the catalog does not let it be', async () => {
    const [pool, held, flag] = [await aMetered(), await aMetered({ held: true }), crypto.randomUUID()]
    await put(flag, { type: 'boolean' })
    const [spender, archived] = [await aMetered({ spends: pool }), await aMetered()]
    await ask('DELETE', pathOf(archived))
    for (const target of ['never-made', flag, held, spender, archived]) {
      for (const answer of [
        await put(`feature-${crypto.randomUUID()}`, { type: 'metered', spends: target }),
        await patch(await aMetered(), { spends: target }),
      ]) {
        expectProblem(answer, 422, 'spends_not_possible')
        expect(answer.json.errors).toEqual([{ path: 'body.spends', message: expect.any(String) }])
      }
    }
    expectProblem(await patch(pool, { spends: await aMetered() }), 422, 'spends_not_possible')
    // What it spends already it goes on to.
    await ask('DELETE', pathOf(pool))
    expect((await put(spender, { type: 'metered', spends: pool, cost: 2 })).status).toBe(200)
  })

  it('makes no chain and no circle where another one is written between look and batch', async () => {
    const asked = (key: string, spends: string) =>
      ({
        key,
        type: 'metered',
        overage: 'deny',
        name: null,
        unit: null,
        spends: { feature: spends, ...ONE },
      }) as const
    const [a, b, c, d] = [await aMetered(), await aMetered(), await aMetered(), crypto.randomUUID()]
    const told = [
      await putFeature(
        raced(() => putFeature(env.DB, asked(b, c))),
        asked(a, b),
      ),
      await putFeature(
        raced(() => putFeature(env.DB, asked(c, a))),
        asked(d, c),
      ),
      await updateFeature(
        raced(() => putFeature(env.DB, asked(d, a))),
        c,
        { spends: b },
        NOW,
      ),
    ]
    expect(told).toMatchObject([
      { type: 'not_spent', spent: b, why: 'spends_itself' },
      { type: 'created' },
      { type: 'not_spent', spent: b, why: 'spends_itself' },
    ])
  })

  it('makes no chain and no circle, whatever is asked at once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const keys = await Promise.all(Array.from({ length: 4 }, () => aMetered()))
      const asked = keys.map((key, index) => [key, keys[(index + 1) % keys.length] ?? key] as const)
      const answers = await Promise.all(
        asked.map(([key, spends], index) =>
          index % 2 === 0 ? put(key, { type: 'metered', spends }) : patch(key, { spends }),
        ),
      )
      for (const { status, json } of answers)
        expect([200, 'spends_not_possible']).toContain(json.code ?? status)
      const found = await Promise.all(keys.map(async (key) => (await ask('GET', pathOf(key))).json))
      const spent = new Set(found.flatMap(({ spends }) => spends ?? []))
      expect(spent.size).toBeGreaterThan(0)
      expect(found.filter(({ key, spends }) => spends !== undefined && spent.has(key))).toEqual([])
    }
  })
})
