import fc from 'fast-check'
import { HOUR, NOON } from '../samples.ts'
import type { AskedReset } from '../../../src/domain/user/command.ts'

/** So much later, or so much before or after the next moment at which time alone changes the answer. */
export type Until = { readonly ms: number } | { readonly besides: number }

/** What can happen to a user. Lots, consumptions, reservations and refunds are named by their place among their like. */
export type Happening =
  | { readonly type: 'wait'; readonly until: Until }
  | {
      readonly type: 'grant'
      readonly amount: number
      readonly priority: number
      readonly startsIn: number | null
      readonly lasts: number | null
      readonly reset: AskedReset | null
    }
  | {
      readonly type: 'update'
      readonly lot: number
      readonly amount: number
      readonly priority: number
      readonly lasts: number | null
    }
  | { readonly type: 'reset'; readonly lot: number; readonly reset: AskedReset | null }
  | { readonly type: 'revoke'; readonly lot: number }
  | { readonly type: 'consume'; readonly amount: number }
  | { readonly type: 'reverse'; readonly spent: number; readonly amount: number | null }
  | { readonly type: 'reserve'; readonly amount: number; readonly until: Until; readonly isLease: boolean }
  | { readonly type: 'extend'; readonly held: number; readonly until: Until }
  | { readonly type: 'commit'; readonly held: number; readonly amount: number | null }
  | { readonly type: 'release'; readonly held: number }
  | { readonly type: 'buy'; readonly line: string; readonly quantity: number }
  | { readonly type: 'refund'; readonly line: string; readonly quantity: number }
  | { readonly type: 'undo_refund'; readonly refund: number }
  | { readonly type: 'renew' }
  | { readonly type: 'pay_back'; readonly undone: boolean }

const maybe = <Value>(some: fc.Arbitrary<Value>) => fc.option(some, { nil: null })
const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * HOUR)
const later = hours(0, 24).map((ms) => ({ ms }))
const muchLater = hours(24, 70 * 24).map((ms) => ({ ms }))
const aboutNext = fc.constantFrom(-1, 0, 1).map((besides) => ({ besides }))
const place = fc.nat({ max: 9 })
const units = fc.integer({ min: 1, max: 12 })
const plainReset = fc.record({
  every: fc.constantFrom('hour', 'day', 'day', 'week', 'month', 'year'),
  anchor: maybe(hours(-60 * 24, 40 * 24).map((apart) => NOON + apart)),
  rolloverMax: fc.nat({ max: 8 }),
})
/** NOON is in winter north of the equator, and in summer south of it; clocks change within 70 days of some of them. */
const zoned = fc
  .tuple(
    plainReset,
    fc.constantFrom('Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
  )
  .map(([some, timeZone]) => ({ ...some, timeZone }))
const reset = fc.oneof(plainReset, zoned)

const until: fc.Arbitrary<Until> = fc.oneof(later, later, aboutNext, aboutNext, muchLater)
const part = maybe(fc.nat({ max: 12 }))
const priority = fc.nat({ max: 2 })
const line = fc.constantFrom('a', 'b')
const is = <const Type extends string>(type: Type) => fc.constant(type)

/** How often each comes, for one of the rarest. */
const often = (weight: number, arbitrary: fc.Arbitrary<Happening>) => ({ weight, arbitrary })

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  often(4, fc.record({ type: is('wait'), until })),
  often(
    2,
    fc.record({
      type: is('grant'),
      amount: units,
      priority,
      startsIn: maybe(hours(-72, 72)),
      lasts: maybe(hours(1, 20 * 24)),
      reset: maybe(reset),
    }),
  ),
  often(
    1,
    fc.record({
      type: is('update'),
      lot: place,
      amount: units,
      priority,
      lasts: maybe(hours(1, 10 * 24)),
    }),
  ),
  often(1, fc.record({ type: is('reset'), lot: place, reset: maybe(reset) })),
  often(1, fc.record({ type: is('revoke'), lot: place })),
  often(4, fc.record({ type: is('consume'), amount: units })),
  often(2, fc.record({ type: is('reverse'), spent: place, amount: part })),
  often(3, fc.record({ type: is('reserve'), amount: units, until, isLease: fc.boolean() })),
  often(2, fc.record({ type: is('extend'), held: place, until })),
  often(2, fc.record({ type: is('commit'), held: place, amount: part })),
  often(1, fc.record({ type: is('release'), held: place })),
  often(1, fc.record({ type: is('buy'), line, quantity: fc.integer({ min: 1, max: 3 }) })),
  often(1, fc.record({ type: is('refund'), line, quantity: fc.integer({ min: 1, max: 2 }) })),
  often(1, fc.record({ type: is('undo_refund'), refund: fc.nat({ max: 3 }) })),
  often(1, fc.record({ type: is('renew') })),
  often(1, fc.record({ type: is('pay_back'), undone: fc.boolean() })),
)
