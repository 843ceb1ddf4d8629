import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Right } from '../../../src/domain/entitlements/access.ts'
import { lastingAccess } from '../../../src/domain/user/lasting-access.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'

const moment = fc.integer({ min: -40, max: 80 }).map((hours) => NOON + hours * HOUR)
const maybe = fc.option(moment, { freq: 1 })
const rarely = fc.option(moment, { freq: 3 }).map((at) => at)
const amount = fc.integer({ min: 0, max: 4 })

const standing = fc.record({
  startsAt: maybe,
  endsAt: maybe,
  graceEndsAt: maybe,
  trial: fc.boolean(),
  suspendedAt: rarely,
  revokedAt: rarely,
  held: fc.boolean(),
  priority: amount,
})

const config = fc.record({ of: standing, value: fc.integer({ max: 9 }) }).map(({ of, value }) => {
  return anEntitlement({ ...of, allowance: { type: 'config', value } })
})
const boolean = standing.map((of) => anEntitlement({ ...of, allowance: { type: 'boolean' } }))
const lot = fc
  .record({
    of: standing,
    gives: amount,
    used: amount,
    carried: amount,
    forgiven: amount,
    period: maybe,
    startedAt: moment,
    withdrawn: fc.boolean(),
    overage: fc.constantFrom('deny', 'allow'),
    every: fc.option(fc.constantFrom('day', 'week', 'month')),
    rolloverMax: amount,
    holds: fc.array(fc.record({ period: maybe, amount, endsAt: moment }), { maxLength: 2 }),
  })
  .map(({ of, gives, overage, every, rolloverMax, used, carried, forgiven, period, ...facts }): Right => {
    const reset = every === null ? null : { every, anchor: NOON, rolloverMax }
    const allowance = { type: 'metered', amount: gives, overage, reset, period: null } as const
    const usage = { period, name: period, used, carried, forgiven, others: [] }
    return { ...anEntitlement(of), ...facts, allowance, usage } as Right
  })

const rights = fc
  .oneof(...[config, boolean, lot].map((one: fc.Arbitrary<Right>) => fc.array(one, { maxLength: 5 })))
  .map((all) => all.map((one, index) => ({ ...one, id: `ent_${index}` })))

it('is at any moment what is found by evaluating the rights then, in whatever order the moments come', () => {
  fc.assert(
    fc.property(rights, fc.array(moment, { minLength: 2, maxLength: 12 }), (all, moments) => {
      for (const at of moments) {
        expect(lastingAccess(all, at)).toEqual(lastingAccess(structuredClone(all), at))
      }
    }),
    { numRuns: 3000 },
  )
})

it('walks no rights again until something turns', () => {
  let walks = 0
  const right = anEntitlement({ endsAt: NOON + HOUR })
  const watched = new Proxy([right], {
    get: (all, name, receiver) => {
      if (name === 'length') walks += 1
      return Reflect.get(all, name, receiver) as unknown
    },
  })
  lastingAccess(watched, NOON)
  const walksAtFirst = walks
  lastingAccess(watched, NOON + HOUR - 1)
  expect(walks).toBe(walksAtFirst)
  expect(lastingAccess(watched, NOON + HOUR).reason).toBe('expired')
})
