import fc from 'fast-check'
import type { Interval, Plan } from './life.ts'

/** Something to happen within a period, as far as its provider can tell it and it makes sense there. */
export type Act =
  | {
      readonly type: 'plan' | 'quantity' | 'addon'
      readonly how: 'on_account' | 'paid' | 'declined'
      readonly settled: 'paid' | 'voided' | 'never'
    }
  | { readonly type: 'pause'; readonly isResumed: boolean }
  | { readonly type: 'cancel'; readonly isUndone: boolean }
  | { readonly type: 'end' }
  /** A change to a year that begins at once. */
  | { readonly type: 'year' }
  | { readonly type: 'touch' }
  | { readonly type: 'extra' }
  | {
      readonly type: 'refund'
      readonly which: Which
      readonly parts: 1 | 2 | 3
      readonly fails: boolean
      /** The line that is given back instead, where there are several. */
      readonly line: 0 | 1 | null
    }
  | {
      readonly type: 'dispute'
      readonly which: Which
      readonly outcome: 'won' | 'lost' | 'open'
      readonly days: number
    }

/** Which of the payments so far, where there is one: of this period, of the last, or the newest of another kind. */
export type Which = 'current' | 'last' | 'change' | 'extra'

/** One period. */
export interface Chapter {
  readonly renewal: 'paid' | 'recovers' | 'never' | 'cancelled'
  /** How often it fails before that. */
  readonly failures: 1 | 2 | 3
  /** How late it recovers or is given up, of what is possible. */
  readonly delay: number
  readonly storeWaits: boolean
  readonly givesUp: 'unpaid' | 'ended'
  /** Whether it recovers only once another period has begun. */
  readonly passes: boolean
  /** Whether it is paid after it was given up. */
  readonly isPaidAfterAll: boolean
  /** What is changed while it is overdue. */
  readonly lateChange: 'plan' | 'quantity' | 'addon' | null
  readonly acts: readonly Act[]
}

/** All that chance decides of a life. */
export interface Script {
  readonly interval: Interval
  readonly startDay: number
  readonly startSecond: number
  readonly trialDays: number
  readonly freePeriods: number
  readonly plan: Plan
  readonly quantity: number
  readonly addon: boolean
  /** Whether the add-on is there from the start and is billed by the year, where all else is by the month. */
  readonly isAddonYearly: boolean
  readonly replacesItems: boolean
  readonly isOrderFirst: boolean
  readonly isByInvoice: boolean
  readonly isFromBalance: boolean
  readonly chapters: readonly Chapter[]
}

const oneOf = <const T>(...values: readonly T[]) => fc.constantFrom(...values)
const which = oneOf<Which>('current', 'last', 'last', 'change', 'change', 'extra')

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: oneOf('plan', 'plan', 'quantity', 'addon'),
      how: oneOf('on_account', 'paid', 'paid', 'declined'),
      settled: oneOf('paid', 'voided', 'paid', 'voided', 'never'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pause'), isResumed: oneOf(true, true, true, true, false) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel'), isUndone: oneOf(true, true, false) }) },
  { weight: 1, arbitrary: fc.record({ type: oneOf('end', 'touch') }) },
  { weight: 2, arbitrary: fc.record({ type: oneOf('touch', 'extra', 'extra') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('year') }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('refund'),
      which,
      parts: oneOf(1, 1, 2, 2, 3),
      fails: oneOf(true, false, false),
      line: oneOf(0, 1, null, null),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('dispute'),
      which,
      outcome: oneOf('won', 'won', 'lost', 'lost', 'open'),
      days: fc.integer({ min: 1, max: 45 }),
    }),
  },
)

const chapter: fc.Arbitrary<Chapter> = fc.record({
  renewal: oneOf('paid', 'paid', 'paid', 'paid', 'recovers', 'recovers', 'recovers', 'never', 'cancelled'),
  failures: oneOf(1, 2, 3),
  delay: fc.integer({ min: 0, max: 100 }),
  storeWaits: fc.boolean(),
  givesUp: oneOf('unpaid', 'ended'),
  passes: oneOf(true, false, false),
  isPaidAfterAll: fc.boolean(),
  lateChange: oneOf('plan', 'quantity', 'addon', null, null, null, null),
  acts: fc.array(act, { maxLength: 4, size: 'max' }),
})

export const script: fc.Arbitrary<Script> = fc.record({
  interval: oneOf('month', 'month', 'year', 'week'),
  startDay: fc.integer({ min: 0, max: 800 }),
  startSecond: fc.integer({ min: 0, max: 86_399 }),
  trialDays: oneOf(0, 0, 0, 0, 0, 7, 14, 30),
  freePeriods: oneOf(0, 0, 0, 0, 0, 0, 0, 1, 2),
  plan: oneOf('lite', 'max'),
  quantity: oneOf(1, 1, 2, 3),
  addon: oneOf(false, false, true),
  isAddonYearly: oneOf(true, false, false),
  replacesItems: fc.boolean(),
  isOrderFirst: fc.boolean(),
  isByInvoice: oneOf(false, false, false, false, false, true),
  isFromBalance: oneOf(false, false, false, false, false, true),
  chapters: fc.array(chapter, { minLength: 1, maxLength: 8, size: 'max' }),
})
