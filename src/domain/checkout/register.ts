import { orderedText } from '../json.ts'
import type {
  HoldFact,
  Item,
  PaymentFact,
  PurchaseFact,
  ReversalFact,
  SourceFact,
  SubscriptionFact,
  Version,
} from './fact.ts'

/** What is known of one checkout source: the sum of its facts, whatever their order. */
export interface Register {
  readonly subscription: Told<SubscriptionFact> | null
  readonly lines: Readonly<Record<string, Line>>
  readonly payments: Readonly<Record<string, Told<PaymentFact>>>
  readonly reversals: Readonly<Record<string, Told<ReversalFact>>>
  readonly holds: Readonly<Record<string, Told<HoldFact>>>
}

/** A fact without what only served to find its register. */
type Told<F extends SourceFact> = Omit<F, 'type' | 'of' | 'ref' | 'aliases' | 'customer'>

export interface Line extends Item, Pick<PurchaseFact, 'version' | 'startsAt' | 'endsAt'> {}

export const EMPTY_REGISTER: Register = {
  subscription: null,
  lines: {},
  payments: {},
  reversals: {},
  holds: {},
}

/** Adds a fact. The register itself when it says nothing new. */
export function absorb(register: Register, fact: SourceFact): Register {
  switch (fact.type) {
    case 'subscription': {
      const { type: _type, ref: _ref, aliases: _aliases, customer: _customer, ...told } = fact
      const subscription = newest(register.subscription ?? undefined, told)
      return subscription === register.subscription ? register : { ...register, subscription }
    }
    case 'purchase': {
      const { version, startsAt, endsAt } = fact
      const lines = fact.lines.reduce(
        (known, line) => put(known, line.id, { ...line, version, startsAt, endsAt }),
        register.lines,
      )
      return lines === register.lines ? register : { ...register, lines }
    }
    case 'payment': {
      const { type: _type, of: _of, ...told } = fact
      const payments = put(register.payments, fact.payment, told)
      return payments === register.payments ? register : { ...register, payments }
    }
    case 'reversal': {
      const { type: _type, of: _of, ...told } = fact
      const reversals = put(register.reversals, fact.id, told)
      return reversals === register.reversals ? register : { ...register, reversals }
    }
    case 'hold': {
      const { type: _type, of: _of, ...told } = fact
      const holds = put(register.holds, fact.reason, told)
      return holds === register.holds ? register : { ...register, holds }
    }
  }
}

/** What two registers know together: as if all facts of both had come to one. */
export function merged(a: Register, b: Register): Register {
  const all = <T extends Ordered>(known: Known<T>, told: Known<T>) =>
    Object.entries(told).reduce((sum, [key, value]) => put(sum, key, value), known)
  return {
    subscription:
      b.subscription === null ? a.subscription : newest(a.subscription ?? undefined, b.subscription),
    lines: all(a.lines, b.lines),
    payments: all(a.payments, b.payments),
    reversals: all(a.reversals, b.reversals),
    holds: all(a.holds, b.holds),
  }
}

type Known<T> = Readonly<Record<string, T>>

/** What is known by its key; the same object when nothing new was told. */
function put<T extends Ordered>(known: Known<T>, key: string, told: T): Known<T> {
  const before = Object.hasOwn(known, key) ? known[key] : undefined
  const kept = newest(before, told)
  return kept === before ? known : { ...known, [key]: kept }
}

interface Ordered {
  readonly version: Version
  readonly terminal?: boolean
}

/** The later of two tellings: a total order, so that all orders of arrival end in the same. */
function newest<T extends Ordered>(known: T | undefined, told: T): T {
  if (known === undefined) return told
  const order =
    Number(known.terminal ?? false) - Number(told.terminal ?? false) ||
    known.version.at - told.version.at ||
    known.version.rank - told.version.rank
  if (order !== 0) return order > 0 ? known : told
  return orderedText(known) >= orderedText(told) ? known : told
}
