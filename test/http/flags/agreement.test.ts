import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { MINUTE, SECOND } from '../../support/a-reader.ts'
import { publishedCatalog } from '../../support/a-changing-catalog.ts'
import { aFeature, aKey, ask, grant } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { everybodysProduct } from '../../support/everybodys-product.ts'
import { anIsolate } from '../../support/isolate.ts'
import { IS_WHOLE } from '../../support/whole.ts'
import { aUser } from '../../support/user.ts'
import { evaluate, evaluateAll } from './evaluate.ts'

stopTheClock()

type Type = 'boolean' | 'config' | 'metered'

/** What a check, or one of a list, says. */
interface Said {
  readonly feature: string
  readonly type?: Type
  readonly allowed: boolean
  readonly reason: string
  readonly value?: unknown
  readonly balance?: { readonly remaining: number }
  readonly nextChangeAt: string | null
}

interface Freshness {
  readonly version: number
  readonly catalogVersion: number
  readonly asOf: string
}

const types = new Map<string, Type>()
let features: readonly string[]
beforeAll(async () => {
  const own = [await aFeature(), await aFeature('config'), await aFeature('metered')]
  const pool = await aFeature('metered')
  const summed = await aFeature('config', { combine: 'union' })
  const off = await aFeature()
  await ask('PATCH', `/v4/features/${off}`, { body: { enabled: false } })
  const spender = await aFeature('metered', { spends: pool })
  const { keys } = await everybodysProduct([
    { type: 'boolean' },
    { type: 'config', value: [1] },
    { type: 'metered', amount: 3 },
  ])
  features = [...own, pool, summed, off, spender, ...keys]
  const kinds: Type[] = ['boolean', 'config', 'metered', 'metered', 'config', 'boolean', 'metered']
  for (const [index, type] of [...kinds, 'boolean', 'config', 'metered'].entries()) {
    types.set(features[index] ?? '', type as Type)
  }
  await publishedCatalog()
})

const spans = fc.constantFrom(null, SECOND, MINUTE, 20 * MINUTE)
const steps = fc.oneof(
  fc.record({
    do: fc.constant('grant' as const),
    feature: fc.nat(9),
    startsIn: fc.constantFrom(null, null, MINUTE),
    lasts: spans,
    grace: fc.boolean(),
    trial: fc.boolean(),
    value: fc.constantFrom(0, false, 'gold', null, { seats: 5 }, ['a'], []),
    amount: fc.nat({ max: 3 }).map((more) => more + 1),
  }),
  fc.record({ do: fc.constant('end' as const), how: fc.constantFrom('suspend', 'revoke'), which: fc.nat(9) }),
  fc.record({ do: fc.constant('spend' as const), feature: fc.nat(9) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, SECOND, MINUTE, 15 * MINUTE) }),
)

type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never

async function take(step: Step, userId: string, granted: string[]): Promise<void> {
  const body = (index: number) => ({ feature: features[index] ?? '' })
  switch (step.do) {
    case 'grant': {
      const { feature } = body(step.feature)
      const start = Date.now() + (step.startsIn ?? 0)
      const at = (ms: number) => new Date(ms).toISOString()
      const ends = step.lasts === null ? null : start + step.lasts
      const type = types.get(feature)
      const { json } = await grant(userId, {
        feature,
        ...(step.startsIn === null ? {} : { startsAt: at(start) }),
        ...(ends === null ? {} : { endsAt: at(ends) }),
        ...(ends !== null && step.grace ? { graceEndsAt: at(ends + MINUTE) } : {}),
        ...(step.trial ? { trial: true } : {}),
        ...(type === 'config' ? { value: step.value } : {}),
        ...(type === 'metered' ? { amount: step.amount } : {}),
      })
      if (typeof json.id === 'string') granted.push(json.id)
      return
    }
    case 'end': {
      const id = granted[step.which % Math.max(granted.length, 1)]
      const path = `/v4/users/${userId}/entitlements/${id}`
      if (id === undefined) return
      if (step.how === 'revoke') await ask('DELETE', path)
      else await ask('POST', `${path}/suspend`, { headers: aKey() })
      return
    }
    case 'spend':
      await ask('POST', `/v4/users/${userId}/consumptions`, {
        headers: aKey(),
        body: { ...body(step.feature), amount: 1 },
      })
      return
    case 'wait':
      pass(step.ms)
  }
}

/** The table of the guide once more: what OFREP has to say where a check says this. */
function inWordsOfOfrep(
  { feature, allowed, reason, value, balance, nextChangeAt }: Said,
  { version, catalogVersion, asOf }: Freshness,
) {
  const isWrapped = value === null || Array.isArray(value)
  const says =
    types.get(feature) === 'config'
      ? allowed
        ? { value: isWrapped ? { value } : value, reason: 'TARGETING_MATCH' }
        : { reason: 'DISABLED' }
      : { value: allowed, reason: 'TARGETING_MATCH' }
  return {
    key: feature,
    ...says,
    variant: reason,
    metadata: {
      version,
      catalogVersion,
      asOf,
      source: expect.any(String),
      ...(nextChangeAt === null ? {} : { nextChangeAt }),
      ...(balance === undefined ? {} : { remaining: balance.remaining }),
    },
  }
}

it('Whatever a user has, and at any moment, flags say what checks and the list of access say', async () => {
  const of = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
  const property = fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 8 }), async (all) => {
    const [userId, granted]: [string, string[]] = [aUser(), []]
    for (const step of all) {
      await take(step, userId, granted)
      await publishedCatalog()
      for (const feature of features) {
        const { json: check } = await ask('GET', `/v4/users/${userId}/access/${feature}`, { of })
        expect((await evaluate(userId, feature, { of })).json).toEqual(inWordsOfOfrep(check, check))
      }
      const { json: list } = await ask('GET', `/v4/users/${userId}/access?all=true`, { of })
      const { json } = await evaluateAll(userId, { of })
      expect(json.flags).toEqual(
        list.features.map((one: Said) => {
          expect(types.get(one.feature) ?? one.type).toBe(one.type)
          return inWordsOfOfrep(one, list)
        }),
      )
    }
  })
  await fc.assert(property, { numRuns: IS_WHOLE ? 60 : 12 })
}, 120_000)
