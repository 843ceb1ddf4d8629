import type { ProductFeature } from '../../../src/domain/purchases/products/product.ts'
import type {
  BilledItem,
  CoveredLine,
  HoldFact,
  Item,
  Money,
  PaymentFact,
  PurchaseFact,
  ReversalFact,
  SourceFact,
  SubscriptionFact,
} from '../../../src/domain/purchases/register/fact.ts'
import { EMPTY_REGISTER, type Register } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { HOUR, NOON } from '../samples.ts'

/** The month that a subscription is in. */
export const MONTH = { startsAt: NOON, endsAt: NOON + 720 * HOUR }
/** The one after it, and the one before. */
export const NEXT_MONTH = { startsAt: MONTH.endsAt, endsAt: MONTH.endsAt + 720 * HOUR }
export const LAST_MONTH = { startsAt: NOON - 720 * HOUR, endsAt: NOON }

export function anItem(facts: Partial<Item> = {}): Item {
  return { id: 'item', product: 'price', quantity: 1, ordered: 1, ...facts }
}

export function aBilledItem(facts: Partial<BilledItem> = {}): BilledItem {
  return { ...anItem(), period: MONTH, ...facts }
}

/** One that goes on, and whose payments are told by events of their own. */
export function aSubscription(facts: Partial<SubscriptionFact> = {}): SubscriptionFact {
  return {
    type: 'subscription',
    ref: 'sub',
    aliases: [],
    customer: null,
    version: { at: NOON, rank: 0 },
    terminal: false,
    state: 'active',
    toldAt: facts.version?.at ?? NOON,
    startsAt: MONTH.startsAt,
    endsAt: null,
    tellsPayments: true,
    items: [aBilledItem()],
    ...facts,
  }
}

export function aPurchase(line: Partial<Item> = {}, facts: Partial<PurchaseFact> = {}): PurchaseFact {
  return {
    type: 'purchase',
    ref: 'order',
    aliases: [],
    customer: null,
    version: { at: 1, rank: 0 },
    startsAt: null,
    endsAt: null,
    lines: [anItem(line)],
    ...facts,
  }
}

export function aPayment(facts: Partial<PaymentFact> = {}): PaymentFact {
  return {
    type: 'payment',
    of: ['order'],
    payment: 'pay',
    paidAt: null,
    money: someMoney(),
    bill: null,
    covers: null,
    ...facts,
  }
}

export function someMoney(facts: Partial<Money> = {}): Money {
  return { version: { at: 1, rank: 0 }, total: 100, refunded: 0, ...facts }
}

/** What pays for a period: all items of it, unless a line says for which. */
export function paysFor(
  period: { readonly startsAt: number; readonly endsAt: number | null },
  facts: Partial<PaymentFact> = {},
  line: Partial<CoveredLine> = {},
): PaymentFact {
  const { startsAt, endsAt } = period
  const covered = { id: null, item: null, startsAt, endsAt, total: null, ...line }
  return aPayment({ paidAt: startsAt, covers: { type: 'period', lines: [covered] }, ...facts })
}

export function aReversal(
  reverses: ReversalFact['reverses'],
  facts: Partial<ReversalFact> = {},
): ReversalFact {
  return {
    type: 'reversal',
    of: ['order'],
    id: 'refund',
    version: { at: 1, rank: 0 },
    undone: false,
    reverses,
    paidAt: null,
    ...facts,
  }
}

export function aHold(held: boolean, facts: Partial<HoldFact> = {}): HoldFact {
  return { type: 'hold', of: ['order'], reason: 'dispute', version: { at: 1, rank: 0 }, held, ...facts }
}

export function registerOf(...facts: readonly SourceFact[]): Register {
  return absorbFacts(EMPTY_REGISTER, facts.map(registerFact), CURRENT_RULES)
}

/** What the shop's only product gives: access to `export`, unless told otherwise. */
export function aProduct(...features: readonly ProductFeature[]) {
  const all = features.length === 0 ? [{ feature: 'export', type: 'boolean' } as const] : features
  return (reference: string) => (reference === 'price' ? { id: 'pro', features: all } : undefined)
}
