import type { HoldFact, PaymentFact, PurchaseFact, ReversalFact, SourceFact } from './fact.ts'
import {
  EMPTY_REGISTER,
  type Line,
  type Register,
  type PeriodRecord,
  type SubscriptionRecord,
  isLate,
  periodKey,
} from './register.ts'

/** A fact as an entry records it: without what only served to find its register. */
export type RegisterFact =
  | ({ readonly type: 'subscription' } & SubscriptionRecord)
  | Omit<PurchaseFact, 'ref' | 'aliases' | 'customer'>
  | Omit<PaymentFact, 'of'>
  | Omit<ReversalFact, 'of'>
  | Omit<HoldFact, 'of'>
  /** What another user's ledger knew, from where the source came over. */
  | { readonly type: 'known'; readonly register: Register }

export function registerFact(fact: SourceFact): RegisterFact {
  switch (fact.type) {
    case 'subscription': {
      const { ref: _ref, aliases: _aliases, customer: _customer, ...told } = fact
      return told
    }
    case 'purchase': {
      const { ref: _ref, aliases: _aliases, customer: _customer, ...told } = fact
      return told
    }
    case 'payment':
    case 'reversal':
    case 'hold': {
      const { of: _of, ...told } = fact
      return told
    }
  }
}

/** All that one fact makes known. */
export function registerOf(fact: RegisterFact): Register {
  switch (fact.type) {
    case 'subscription': {
      const { type: _type, ...subscription } = fact
      return { ...EMPTY_REGISTER, subscription, ...historyOf(subscription) }
    }
    case 'purchase': {
      const { type: _type, lines, ...of } = fact
      return {
        ...EMPTY_REGISTER,
        lines: Object.fromEntries(lines.map((line): [string, Line] => [line.id, { ...line, ...of }])),
      }
    }
    case 'payment': {
      const { type: _type, payment, ...known } = fact
      return { ...EMPTY_REGISTER, payments: { [payment]: known } }
    }
    case 'reversal': {
      const { type: _type, ...reversal } = fact
      return { ...EMPTY_REGISTER, reversals: { [fact.id]: reversal } }
    }
    case 'hold': {
      const { type: _type, ...hold } = fact
      return { ...EMPTY_REGISTER, holds: { [fact.reason]: hold } }
    }
    case 'known':
      return fact.register
  }
}

/** What outlives the snapshot that told it. */
function historyOf(
  subscription: SubscriptionRecord,
): Pick<Register, 'itemSets' | 'periods' | 'lateSince' | 'replacedBy'> {
  const { version, state, toldAt, items, replacedBy = null } = subscription
  const bare = items.map(({ period: _period, ...item }) => item)
  const periods = items.flatMap(({ period }) => (period === null ? [] : [period]))
  // What is late is the newest: a year that was paid is not, when the month of an add-on beside it is.
  const newestStart = Math.max(...periods.map(({ startsAt }) => startsAt ?? -Infinity))
  const isActive = state === 'trialing' || state === 'active'
  const told = periods.map((period): [string, PeriodRecord] => {
    const isLateOne = isLate(subscription) && (period.startsAt ?? newestStart) === newestStart
    return [
      periodKey(period),
      {
        ...period,
        version,
        active: isActive ? version : null,
        activeSince: isActive ? toldAt : null,
        late: isLateOne ? version : null,
        lateSince: isLateOne ? toldAt : null,
        trial: state === 'trialing',
      },
    ]
  })
  return {
    itemSets: items.length === 0 ? [] : [{ version, items: bare }],
    periods: Object.fromEntries(told),
    replacedBy: replacedBy === null ? null : { ...replacedBy, version },
    lateSince: isLate(subscription) && periods.length === 0 ? [toldAt] : [],
  }
}
