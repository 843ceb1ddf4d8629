import type { Instant } from '../../values/instant.ts'
import type { HoldFact, Item, ReversalFact, Version } from './fact.ts'
import { registerOf } from './register-fact.ts'
import {
  EMPTY_REGISTER,
  type ById,
  type PaymentRecord,
  type Line,
  type PeriodBefore,
  type Register,
  type FactBody,
  type SubscriptionRecord,
} from './register.ts'
import { WHOLE_AMOUNT } from './whole-amount.ts'

/** A register as releases before form 2 of entries stored it: in entries of form 1, and in rows that no entry touched since. */
export interface RegisterBefore {
  readonly subscription?: SubscriptionBefore | null
  readonly lines?: ById<Line>
  readonly payments?: ById<PaymentBefore>
  readonly reversals?: ById<FactBody<ReversalFact>>
  readonly holds?: ById<FactBody<HoldFact>>
}

interface SubscriptionBefore {
  readonly version: Version
  readonly terminal: boolean
  readonly access: 'given' | 'held' | 'none'
  readonly trial: boolean
  readonly startsAt: Instant | null
  readonly paidUntil: Instant | null
  readonly renews: boolean
  /** Partly guessed; its start is the key of the period in lots. */
  readonly period: { readonly startsAt: Instant; readonly endsAt: Instant } | null
  readonly items: readonly Item[]
}

interface PaymentBefore {
  readonly payment: string
  readonly version: Version
  readonly total: number
  readonly refunded: number
  readonly paidAt: Instant | null
}

/**
 * Returns a register in today's form. What its source gives and what remains of it does not change by that: its period keeps
 * its key, and what those releases took for refunded stays refunded.
 */
export function upgradeRegister(provider: string, before: RegisterBefore | Register): Register {
  if ('rules' in before) return before
  const { subscription = null, lines = {}, payments = {}, reversals = {}, holds = {} } = before
  const withoutSubscription: Register = {
    ...EMPTY_REGISTER,
    lines,
    reversals,
    holds,
    payments: mapValues(payments, paymentOf),
  }
  if (subscription === null) return withoutSubscription
  const snapshot = subscriptionOf(provider, subscription)
  return {
    ...withoutSubscription,
    subscription: snapshot,
    itemSets: [{ version: snapshot.version, items: subscription.items }],
    periods: snapshot.state === 'overdue' ? registerOf({ type: 'subscription', ...snapshot }).periods : {},
    reversals: { ...reversals, ...fullRefunds(payments, reversals) },
    before: subscription.access === 'none' ? null : periodOf(provider, subscription),
  }
}

function mapValues<T, U>(byId: ById<T>, to: (one: T) => U): ById<U> {
  return Object.fromEntries(Object.entries(byId).map(([key, one]) => [key, to(one)]))
}

function paymentOf({ version, total, refunded, paidAt }: PaymentBefore): PaymentRecord {
  const money = { version, total, refunded }
  // Those releases marked a payment for a change by a total that no refund reaches.
  return { paidAt, money, bill: null, covers: total === WHOLE_AMOUNT ? { type: 'change' } : null }
}

function subscriptionOf(provider: string, stored: SubscriptionBefore): SubscriptionRecord {
  const { terminal, access, trial, startsAt, paidUntil, renews, period, items } = stored
  if (isLate(stored) && period !== null) {
    const late = { ...stored, paidUntil: period.endsAt }
    const snapshot = subscriptionOf(provider, late)
    return {
      ...snapshot,
      state: 'overdue',
      toldAt: period.startsAt,
      items: items.map((item) => ({ ...item, period })),
    }
  }
  const endsAt = renews ? paidUntil : (period?.endsAt ?? paidUntil)
  const open = trial ? 'trialing' : 'active'
  const states = { none: 'none', held: 'paused', given: terminal ? 'ended' : open } as const
  return {
    version: versionOf(provider, stored),
    terminal,
    state: states[access],
    toldAt: toldAtOf(provider, stored),
    startsAt,
    endsAt: renews || access === 'held' ? null : paidUntil,
    tellsPayments: false,
    items: items.map((item) => ({ ...item, period: endsAt === null ? null : { startsAt: null, endsAt } })),
  }
}

/** Whether the last period was late: it is stored as paid only to its start, which all but standard webhooks made up. */
function isLate({ access, renews, period, paidUntil }: SubscriptionBefore): boolean {
  return access === 'given' && renews && period !== null && paidUntil === period.startsAt
}

/** Events of RevenueCat are ordered by transaction today, and within one by their time. */
function versionOf(provider: string, { version, startsAt }: SubscriptionBefore): Version {
  if (provider !== 'revenuecat') return version
  return { at: startsAt ?? version.at, rank: version.at * 4 + version.rank + 1 }
}

/** Versions of standard webhooks are counters; those of every other provider are moments. */
function toldAtOf(provider: string, { version, period, startsAt }: SubscriptionBefore): Instant {
  return provider === 'standard-webhooks' ? (period?.startsAt ?? startsAt ?? 0) : version.at
}

function periodOf(provider: string, stored: SubscriptionBefore): PeriodBefore {
  const { period, startsAt, paidUntil } = stored
  return {
    name: period?.startsAt ?? null,
    startsAt: period?.startsAt ?? startsAt,
    endsAt: period?.endsAt ?? paidUntil ?? toldAtOf(provider, stored),
  }
}

/** Returns a reversal of everything for each payment that was refunded whole: it took the period in which it was paid. */
function fullRefunds(
  payments: ById<PaymentBefore>,
  reversals: ById<FactBody<ReversalFact>>,
): ById<FactBody<ReversalFact>> {
  const amounts = Object.values(reversals).flatMap(({ undone, reverses, paidAt }) =>
    reverses.type === 'amount' ? [{ ...reverses, undone, paidAt }] : [],
  )
  const ids = new Set([...Object.keys(payments), ...amounts.map(({ payment }) => payment)])
  const refunds = [...ids].flatMap((id): [string, FactBody<ReversalFact>][] => {
    const payment = payments[id]
    const own = amounts.filter(({ payment }) => payment === id)
    const sum = (undone: boolean) =>
      own.reduce((total, one) => total + (one.undone === undone ? one.amount : 0), 0)
    const refunded = Math.max(sum(false), (payment?.refunded ?? 0) - sum(true))
    if (payment === undefined || refunded <= 0 || refunded < payment.total) return []
    const reversal: FactBody<ReversalFact> = {
      id: `before/${id}`,
      version: { at: 0, rank: 0 },
      undone: false,
      reverses: { type: 'everything' },
      paidAt: payment.paidAt ?? own[0]?.paidAt ?? null,
    }
    return [[reversal.id, reversal]]
  })
  return Object.fromEntries(refunds)
}
