import type { Instant } from '../../values/instant.ts'
import type { HoldFact, Item, ReversalFact, Version } from './fact.ts'
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
import { registerOf } from './register-fact.ts'
import { WHOLE_AMOUNT } from './whole-amount.ts'

/** A register as the version before recorded it: in entries of form 1, and in rows that nothing has touched since. */
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
  /** Partly guessed; its start is what lots call the period. */
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
 * What a register of before says in the words of today. What its source gives, and what is left of it, is the same:
 * its period keeps its name, and what was refunded by the rules of then stays so.
 */
export function upgradeRegister(provider: string, before: RegisterBefore | Register): Register {
  if ('rules' in before) return before
  const { subscription = null, lines = {}, payments = {}, reversals = {}, holds = {} } = before
  const known: Register = {
    ...EMPTY_REGISTER,
    lines,
    reversals,
    holds,
    payments: mapValues(payments, paymentOf),
  }
  if (subscription === null) return known
  const snapshot = subscriptionOf(provider, subscription)
  return {
    ...known,
    subscription: snapshot,
    itemSets: [{ version: snapshot.version, items: subscription.items }],
    periods: snapshot.state === 'overdue' ? registerOf({ type: 'subscription', ...snapshot }).periods : {},
    reversals: { ...reversals, ...fullRefunds(payments, reversals) },
    before: subscription.access === 'none' ? null : periodOf(provider, subscription),
  }
}

function mapValues<T, U>(known: ById<T>, to: (one: T) => U): ById<U> {
  return Object.fromEntries(Object.entries(known).map(([key, one]) => [key, to(one)]))
}

function paymentOf({ version, total, refunded, paidAt }: PaymentBefore): PaymentRecord {
  const money = { version, total, refunded }
  // What was paid within a period was marked by a total that nothing reaches.
  return { paidAt, money, bill: null, covers: total === WHOLE_AMOUNT ? { type: 'change' } : null }
}

function subscriptionOf(provider: string, told: SubscriptionBefore): SubscriptionRecord {
  const { terminal, access, trial, startsAt, paidUntil, renews, period, items } = told
  if (isLate(told) && period !== null) {
    const late = { ...told, paidUntil: period.endsAt }
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
    version: versionOf(provider, told),
    terminal,
    state: states[access],
    toldAt: toldAtOf(provider, told),
    startsAt,
    endsAt: renews || access === 'held' ? null : paidUntil,
    tellsPayments: false,
    items: items.map((item) => ({ ...item, period: endsAt === null ? null : { startsAt: null, endsAt } })),
  }
}

/** A shop of one's own told the period that was late; of all others it was guessed which one was paid before. */
function isLate({ access, renews, period, paidUntil }: SubscriptionBefore): boolean {
  return access === 'given' && renews && period !== null && paidUntil === period.startsAt
}

/** App stores are ordered by transaction now, and within one by when it was told. */
function versionOf(provider: string, { version, startsAt }: SubscriptionBefore): Version {
  if (provider !== 'revenuecat') return version
  return { at: startsAt ?? version.at, rank: version.at * 4 + version.rank + 1 }
}

/** A shop of one's own counts its versions; all others tell them as moments. */
function toldAtOf(provider: string, { version, period, startsAt }: SubscriptionBefore): Instant {
  return provider === 'standard-webhooks' ? (period?.startsAt ?? startsAt ?? 0) : version.at
}

function periodOf(provider: string, told: SubscriptionBefore): PeriodBefore {
  const { period, startsAt, paidUntil } = told
  return {
    name: period?.startsAt ?? null,
    startsAt: period?.startsAt ?? startsAt,
    endsAt: period?.endsAt ?? paidUntil ?? toldAtOf(provider, told),
  }
}

/** What was given back in full took the period in which it was paid, whatever it was paid for. */
function fullRefunds(
  payments: ById<PaymentBefore>,
  reversals: ById<FactBody<ReversalFact>>,
): ById<FactBody<ReversalFact>> {
  const amounts = Object.values(reversals).flatMap(({ undone, reverses, paidAt }) =>
    reverses.type === 'amount' ? [{ ...reverses, undone, paidAt }] : [],
  )
  const ids = new Set([...Object.keys(payments), ...amounts.map(({ payment }) => payment)])
  const taken = [...ids].flatMap((id): [string, FactBody<ReversalFact>][] => {
    const told = payments[id]
    const own = amounts.filter(({ payment }) => payment === id)
    const sum = (undone: boolean) =>
      own.reduce((total, one) => total + (one.undone === undone ? one.amount : 0), 0)
    const refunded = Math.max(sum(false), (told?.refunded ?? 0) - sum(true))
    if (told === undefined || refunded <= 0 || refunded < told.total) return []
    const reversal: FactBody<ReversalFact> = {
      id: `before/${id}`,
      version: { at: 0, rank: 0 },
      undone: false,
      reverses: { type: 'everything' },
      paidAt: told.paidAt ?? own[0]?.paidAt ?? null,
    }
    return [[reversal.id, reversal]]
  })
  return Object.fromEntries(taken)
}
