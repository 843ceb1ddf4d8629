import type { ProductFeature } from '../../../src/domain/checkout/gives.ts'
import type {
  HoldFact,
  Item,
  PaymentFact,
  PurchaseFact,
  ReversalFact,
  SourceFact,
  SubscriptionFact,
} from '../../../src/domain/checkout/fact.ts'
import { EMPTY_REGISTER, type Register, absorb } from '../../../src/domain/checkout/register.ts'
import { HOUR, NOON } from '../samples.ts'

/** The month that a subscription was paid for. */
export const MONTH = { startsAt: NOON, endsAt: NOON + 720 * HOUR }

export function anItem(facts: Partial<Item> = {}): Item {
  return { id: 'item', product: 'price', quantity: 1, ordered: 1, ...facts }
}

export function aSubscription(facts: Partial<SubscriptionFact> = {}): SubscriptionFact {
  return {
    type: 'subscription',
    ref: 'sub',
    aliases: [],
    customer: null,
    version: { at: 1, rank: 0 },
    terminal: false,
    access: 'given',
    trial: false,
    startsAt: MONTH.startsAt,
    paidUntil: MONTH.endsAt,
    renews: true,
    period: MONTH,
    items: [anItem()],
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
    version: { at: 1, rank: 0 },
    total: 100,
    refunded: 0,
    paidAt: null,
    ...facts,
  }
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
  return facts.reduce(absorb, EMPTY_REGISTER)
}

/** What the shop's only product gives: access to `export`, unless told otherwise. */
export function aProduct(...features: readonly ProductFeature[]) {
  const all = features.length === 0 ? [{ feature: 'export', type: 'boolean' } as const] : features
  return (reference: string) => (reference === 'price' ? { id: 'pro', features: all } : undefined)
}
