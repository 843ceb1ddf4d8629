import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { besideBySource } from '../../../src/domain/user/settling/beside-by-source.ts'
import type { SourceFact, SubscriptionFact } from '../../../src/domain/purchases/register/fact.ts'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import type { Duration, Product } from '../../../src/domain/purchases/products/product.ts'
import { EMPTY_REGISTER, type Register } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'

const DAY_MS = 86_400_000
const MARCH = Date.UTC(2027, 2, 1, 10)

const POLICY: Policy = {
  graceMs: 7 * DAY_MS,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}

const THIRTY_DAYS: Duration = { every: 'day', count: 30 }

/** A catalog of one product, the pass, and of a plan that is another one. */
function selling(duration: Duration | undefined) {
  const features: Product['features'] = [{ feature: 'reading', type: 'boolean' }]
  const products: ReadonlyMap<string, Product> = new Map([
    ['pass', { id: 'pass', features, duration }],
    ['plan', { id: 'plan', features: [{ feature: 'writing', type: 'boolean' }] }],
  ])
  return () => (reference: string) => products.get(reference)
}

/** What is known of the sources of one user, by their names, and what each is given for: from when to when. */
function placesOf(registers: Readonly<Record<string, Register>>, duration: Duration | undefined) {
  const productsOf = selling(duration)
  const sources = Object.entries(registers).map(([ref, register]) => ({ source: keyOf(ref), register }))
  const beside = besideBySource(sources, productsOf, POLICY)
  return Object.fromEntries(
    sources.map(({ source, register }) => {
      const { given } = gives(register, productsOf(), POLICY, beside.get(sourceKeyText(source)))
      return [source.ref, given.map(({ terms: { startsAt, endsAt } }) => [daysTo(startsAt), daysTo(endsAt)])]
    }),
  )
}

function keyOf(ref: string) {
  return { provider: 'shop', account: '', ref }
}

function daysTo(at: number | null): number | null {
  return at === null ? null : (at - MARCH) / DAY_MS
}

function knowing(...facts: readonly SourceFact[]): Register {
  return absorbFacts(EMPTY_REGISTER, facts.map(registerFact), CURRENT_RULES)
}

/** Bought once, as lines that are only ever added: so many passes, so many days after 1 March. */
function bought(day: number | null, says: { quantity?: number; endsOn?: number } = {}): SourceFact {
  const { quantity = 1, endsOn } = says
  return {
    type: 'purchase',
    ref: 'any',
    aliases: [],
    customer: null,
    version: { at: 1, rank: 0 },
    startsAt: day === null ? null : MARCH + day * DAY_MS,
    endsAt: endsOn === undefined ? null : MARCH + endsOn * DAY_MS,
    lines: [{ id: 'line', product: 'pass', quantity, ordered: quantity }],
  }
}

/** Bought once, as a snapshot without a period. */
function ordered(day: number, says: Partial<SubscriptionFact> = {}): SubscriptionFact {
  return {
    type: 'subscription',
    ref: 'any',
    aliases: [],
    customer: null,
    version: { at: MARCH, rank: 0 },
    terminal: false,
    state: 'active',
    toldAt: MARCH,
    startsAt: MARCH + day * DAY_MS,
    endsAt: null,
    tellsPayments: false,
    items: [{ id: 'item', product: 'pass', quantity: 1, ordered: 1, period: null }],
    ...says,
  }
}

function refunded(quantity: number | null): SourceFact {
  return {
    type: 'reversal',
    of: ['any'],
    id: 'refund',
    version: { at: 1, rank: 0 },
    undone: false,
    reverses: quantity === null ? { type: 'everything' } : { type: 'line', line: 'line', quantity },
    paidAt: null,
  }
}

describe('what is bought once of a product that lasts', () => {
  it('ends by the duration, counted from the purchase, however it is told', () => {
    const registers = { line: knowing(bought(0)), order: knowing(ordered(2)) }
    expect(placesOf(registers, THIRTY_DAYS)).toEqual({ line: [[0, 30]], order: [[2, 32]] })
  })

  it('does not end by itself without one', () => {
    expect(placesOf({ line: knowing(bought(0)) }, undefined)).toEqual({ line: [[0, null]] })
  })

  it('ends before that where the provider says so', () => {
    const cancelled = ordered(0, { state: 'ended', endsAt: MARCH + 4 * DAY_MS })
    const registers = { line: knowing(bought(0, { endsOn: 9 })), order: knowing(cancelled) }
    expect(placesOf(registers, THIRTY_DAYS)).toEqual({ line: [[0, 9]], order: [[0, 4]] })
  })

  it('begins when it was bought where nobody said when it starts, stacking or not', () => {
    const first = { ...bought(null), boughtAt: MARCH }
    const second = { ...bought(null), boughtAt: MARCH + 10 * DAY_MS }
    const registers = { first: knowing(first), second: knowing(second) }
    expect(placesOf(registers, THIRTY_DAYS)).toEqual({ first: [[0, 30]], second: [[10, 40]] })
    expect(placesOf(registers, { ...THIRTY_DAYS, stacks: true })).toEqual({
      first: [[0, 30]],
      second: [[30, 60]],
    })
    expect(placesOf(registers, undefined)).toEqual({ first: [[null, null]], second: [[null, null]] })
  })

  it('was bought when it was first told, however often and in whatever order it is told again', () => {
    const first = { ...bought(null), boughtAt: MARCH }
    const mended = { ...bought(null), boughtAt: MARCH + 20 * DAY_MS, version: { at: 9, rank: 0 } }
    for (const told of [
      [first, mended],
      [mended, first],
      [mended, first, mended],
    ]) {
      expect(placesOf({ line: knowing(...told) }, THIRTY_DAYS)).toEqual({ line: [[0, 30]] })
    }
  })

  it('does not end where nobody said when it was bought', () => {
    expect(placesOf({ line: knowing(bought(null)) }, { ...THIRTY_DAYS, stacks: true })).toEqual({
      line: [[null, null]],
    })
  })

  it('is for all of a quantity the same time where it does not stack, and runs beside others', () => {
    const registers = { a: knowing(bought(0, { quantity: 3 })), b: knowing(bought(5)) }
    expect(placesOf(registers, THIRTY_DAYS)).toEqual({ a: [[0, 30]], b: [[5, 35]] })
  })
})

describe('a subscription', () => {
  it('lasts as long as its periods, whatever the duration of its product', () => {
    const period = { startsAt: MARCH, endsAt: MARCH + 365 * DAY_MS }
    const yearly = ordered(0, { items: [{ id: 'item', product: 'pass', quantity: 1, ordered: 1, period }] })
    for (const duration of [THIRTY_DAYS, { ...THIRTY_DAYS, stacks: true }]) {
      expect(placesOf({ yearly: knowing(yearly), pass: knowing(bought(10)) }, duration)).toEqual({
        yearly: [[0, 365]],
        pass: [[10, 40]],
      })
    }
  })

  it('of which the newest snapshot says no period goes on by those that are known', () => {
    const period = { startsAt: MARCH, endsAt: MARCH + 365 * DAY_MS }
    const item = { id: 'item', product: 'pass', quantity: 1, ordered: 1 }
    const told = ordered(0, { items: [{ ...item, period }] })
    const later = ordered(0, { version: { at: MARCH + 1, rank: 0 }, items: [{ ...item, period: null }] })
    expect(placesOf({ yearly: knowing(told, later) }, THIRTY_DAYS)).toMatchObject({ yearly: [[0, null]] })
  })
})

describe('a product that stacks', () => {
  const stacking: Duration = { ...THIRTY_DAYS, stacks: true }

  it('begins anew when what there is of it ends, over all purchases of a user', () => {
    const registers = {
      line: knowing(bought(0, { quantity: 2 })),
      order: knowing(ordered(10)),
      late: knowing(bought(100)),
    }
    expect(placesOf(registers, stacking)).toEqual({ line: [[0, 60]], order: [[60, 90]], late: [[100, 130]] })
  })

  it('moves up what comes after what is given back', () => {
    const registers = {
      a: knowing(bought(0, { quantity: 2 }), refunded(1)),
      b: knowing(bought(5), refunded(null)),
      c: knowing(ordered(10)),
    }
    expect(placesOf(registers, stacking)).toEqual({ a: [[0, 30]], b: [], c: [[30, 60]] })
  })

  it('does not count what the provider ended', () => {
    const cancelled = ordered(0, { state: 'ended', endsAt: MARCH + 4 * DAY_MS })
    const registers = { a: knowing(cancelled), b: knowing(bought(10)) }
    expect(placesOf(registers, stacking)).toEqual({ a: [[0, 4]], b: [[10, 40]] })
  })

  it('ends in the same whatever the order in which purchases and refunds are told', () => {
    const purchase = fc.record({
      day: fc.integer({ min: 0, max: 90 }),
      quantity: fc.integer({ min: 1, max: 3 }),
      isOrder: fc.boolean(),
      isRefunded: fc.boolean(),
    })
    const lives = fc.array(purchase, { minLength: 1, maxLength: 6 }).chain((purchases) => {
      const told = purchases.flatMap(({ day, quantity, isOrder, isRefunded }, index) => {
        const sale = isOrder ? ordered(day) : bought(day, { quantity })
        return [[index, sale] as const, ...(isRefunded ? [[index, refunded(null)] as const] : [])]
      })
      return fc.tuple(fc.constant(purchases), fc.shuffledSubarray(told, { minLength: told.length }))
    })
    fc.assert(
      fc.property(lives, ([purchases, told]) => {
        const registers: Record<string, Register> = {}
        for (const [index, fact] of told) {
          registers[`o${index}`] = absorbFacts(
            registers[`o${index}`] ?? EMPTY_REGISTER,
            [registerFact(fact)],
            CURRENT_RULES,
          )
        }
        const expected: Record<string, readonly (readonly number[])[]> = {}
        let end = -Infinity
        const kept = purchases
          .map((one, index) => ({ ...one, name: `o${index}`, units: one.isOrder ? 1 : one.quantity }))
          .toSorted((a, b) => a.day - b.day || (a.name < b.name ? -1 : 1))
        for (const { day, units, name, isRefunded } of kept) {
          expected[name] = []
          if (isRefunded) continue
          const start = Math.max(day, end)
          end = start + 30 * units
          expected[name] = [[start, end]]
        }
        expect(placesOf(registers, stacking)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a subscription that was changed for another purchase', () => {
  const period = { startsAt: MARCH, endsAt: MARCH + 365 * DAY_MS }
  const item = { id: 'item', product: 'pass', quantity: 1, ordered: 1, period }
  const replaced = ordered(0, {
    items: [item],
    replacedBy: { product: 'plan', since: MARCH },
    version: { at: MARCH, rank: 5 },
  })
  const planFrom = (day: number, version = 0) => {
    const startsAt = MARCH + day * DAY_MS
    const next = { startsAt, endsAt: startsAt + 30 * DAY_MS }
    return ordered(day, {
      version: { at: MARCH, rank: version },
      items: [{ ...item, product: 'plan', period: next }],
    })
  }

  it('goes on until that one begins', () => {
    expect(placesOf({ old: knowing(replaced) }, undefined)).toEqual({ old: [[0, 365]] })
    expect(placesOf({ old: knowing(replaced), plan: knowing(planFrom(40)) }, undefined)).toMatchObject({
      old: [[0, 40]],
    })
  })

  it('does not come back when that one is renewed, or more is told of the old one', () => {
    const told = ordered(0, { items: [item], version: { at: MARCH, rank: 9 } })
    const registers = {
      old: knowing(replaced, told),
      plan: knowing(...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => planFrom(40 + 30 * n, n))),
    }
    expect(placesOf(registers, undefined)['old']?.[0]?.[1]).toBeLessThan(280)
    const twice = { ...registers, plan: knowing(planFrom(40), planFrom(70, 1)) }
    expect(placesOf(twice, undefined)).toMatchObject({ old: [[0, 40]] })
  })

  it('is not ended by what began before it, by something else, or by what nobody has mapped', () => {
    const before = { old: knowing(replaced), plan: knowing(planFrom(-1)) }
    expect(placesOf(before, undefined)).toMatchObject({ old: [[0, 365]] })
    const other = { old: knowing(replaced), pass: knowing(ordered(40, { items: [item] })) }
    expect(placesOf(other, undefined)).toMatchObject({ old: [[0, 365]] })
    const unknown = ordered(0, {
      items: [item],
      replacedBy: { product: 'gone', since: MARCH },
    })
    const gone = ordered(40, { items: [{ ...item, product: 'gone' }] })
    expect(placesOf({ old: knowing(unknown), gone: knowing(gone) }, undefined)).toMatchObject({
      old: [[0, 365]],
    })
  })

  it('is not ended in what it goes on as afterwards', () => {
    const renewed = ordered(365, {
      version: { at: MARCH + 365 * DAY_MS, rank: 0 },
      items: [{ ...item, period: { startsAt: MARCH + 365 * DAY_MS, endsAt: MARCH + 730 * DAY_MS } }],
    })
    const registers = { old: knowing(replaced, renewed), plan: knowing(planFrom(400)) }
    expect(placesOf(registers, undefined)).toMatchObject({ old: [[365, 730]] })
  })
})
