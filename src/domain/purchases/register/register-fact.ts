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

/** A fact as an entry records it: without the ids and names by which its source was found. */
export type RegisterFact =
  | ({ readonly type: 'subscription' } & SubscriptionRecord)
  | Omit<PurchaseFact, 'ref' | 'aliases' | 'customer'>
  | Omit<PaymentFact, 'of'>
  | Omit<ReversalFact, 'of'>
  | Omit<HoldFact, 'of'>
  /** The register that another user's ledger had, when the source moves from there. */
  | { readonly type: 'known'; readonly register: Register }

/** Returns a fact as an entry records it. */
export function registerFact(fact: SourceFact): RegisterFact {
  switch (fact.type) {
    case 'subscription': {
      const { ref: _ref, aliases: _aliases, customer: _customer, ...body } = fact
      return body
    }
    case 'purchase': {
      const { ref: _ref, aliases: _aliases, customer: _customer, ...body } = fact
      return body
    }
    case 'payment':
    case 'reversal':
    case 'hold': {
      const { of: _of, ...body } = fact
      return body
    }
  }
}

/** Returns the register that holds one fact and nothing else. */
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
      const { type: _type, payment, ...record } = fact
      return { ...EMPTY_REGISTER, payments: { [payment]: record } }
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

/** Returns the parts of a register that stay when a newer snapshot replaces this one. */
function historyOf(
  subscription: SubscriptionRecord,
): Pick<Register, 'itemSets' | 'periods' | 'lateSince' | 'replacedBy'> {
  const { version, state, toldAt, items, replacedBy = null } = subscription
  const bare = items.map(({ period: _period, ...item }) => item)
  const periods = items.flatMap(({ period }) => (period === null ? [] : [period]))
  // A subscription is late as a whole; of its periods only the newest is, such as the month of an add-on to a paid year.
  const newestStart = Math.max(...periods.map(({ startsAt }) => startsAt ?? -Infinity))
  const isActive = state === 'trialing' || state === 'active'
  const records = periods.map((period): [string, PeriodRecord] => {
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
    periods: Object.fromEntries(records),
    replacedBy: replacedBy === null ? null : { ...replacedBy, version },
    lateSince: isLate(subscription) && periods.length === 0 ? [toldAt] : [],
  }
}
