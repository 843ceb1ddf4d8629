import { allowanceFor } from '../allowance.ts'
import type { Terms } from '../entitlement.ts'
import type { FeatureType, Overage } from '../feature.ts'
import type { Instant } from '../instant.ts'
import type { Json } from '../json.ts'
import type { SpentRefund } from '../usage/forgiven.ts'
import type { Reset } from '../usage/reset.ts'
import type { Item, SubscriptionFact } from './fact.ts'
import type { Line, Register } from './register.ts'

/**
 * What a product gives of one feature, for as long as it is owned. Type and overage of the feature never change, and
 * so are kept here.
 */
export interface ProductFeature {
  readonly feature: string
  readonly type: FeatureType
  readonly value?: Json | undefined
  /** Of a metered feature: how much, once or with every renewal or reset. */
  readonly amount?: number | undefined
  readonly overage?: Overage | undefined
  readonly reset?: ProductReset | undefined
  /** Whether the amount, or the value, a whole number, is for each one that was bought. */
  readonly perQuantity?: boolean | undefined
  readonly priority?: number | undefined
}

/** How often what was bought gives its amount anew, counted from the start of the purchase. */
export type ProductReset = Omit<Reset, 'anchor'>

export interface Product {
  readonly id: string
  readonly features: readonly ProductFeature[]
}

/** The product that a provider's reference stands for, as the catalog has it at the moment. */
export type ProductOf = (reference: string) => Product | undefined

/** What the deployment decided where providers leave a choice. */
export interface Policy {
  /** How long access goes on after what was paid for, while another payment is expected. */
  readonly graceMs: number
  /** What a refund of a part, of nobody says what, takes away. */
  readonly partialRefund: 'keep' | 'revoke'
  /** What becomes of what was spent of an amount that a refund takes back. */
  readonly spentRefund: SpentRefund
}

/** An entitlement that a source gives: `item` and `feature` make its id. */
export interface Given {
  readonly item: string
  readonly feature: string
  readonly product: string
  readonly terms: Terms
  /** Whether access is held back by the source. */
  readonly held: boolean
}

/** The entitlements that a source gives now: a function of what is known of it and of the catalog alone. */
export function gives(register: Register, productOf: ProductOf, policy: Policy): readonly Given[] {
  const isHeld = Object.values(register.holds).some(({ held }) => held)
  const { subscription } = register
  const fromSubscription =
    subscription === null || subscription.access === 'none'
      ? []
      : subscription.items.flatMap((item) => {
          const quantity = left(item, register, policy, subscription.period)
          const period = periodOf(subscription, policy)
          return given(
            item,
            quantity,
            productOf,
            { ...period, trial: subscription.trial },
            isHeld || subscription.access === 'held',
            subscription.period?.startsAt ?? null,
          )
        })
  const fromLines = Object.values(register.lines).flatMap((line) => {
    const { startsAt, endsAt } = line
    const quantity = left(line, register, policy, null)
    return given(
      line,
      quantity,
      productOf,
      { startsAt, endsAt, graceEndsAt: null, trial: false },
      isHeld,
      null,
    )
  })
  return [...fromSubscription, ...fromLines]
}

type Timing = Omit<Terms, 'allowance' | 'priority'>

/** `paidPeriod`: another one gives metered amounts anew. */
function given(
  { id, product: reference }: Item,
  quantity: number,
  productOf: ProductOf,
  timing: Timing,
  held: boolean,
  paidPeriod: Instant | null,
): readonly Given[] {
  const product = productOf(reference)
  const isEmpty = timing.startsAt !== null && timing.endsAt !== null && timing.endsAt <= timing.startsAt
  if (product === undefined || quantity <= 0 || isEmpty) return []
  return product.features.flatMap((one) => {
    const { feature, type, overage = 'deny', priority = 0 } = one
    const reset =
      one.reset === undefined ? null : { ...one.reset, anchor: timing.startsAt ?? paidPeriod ?? 0 }
    const asked = {
      value: valueOf(one, quantity),
      amount: amountOf(one, quantity),
      reset,
      // What is given anew by the calendar is not given anew by the payment as well.
      period: reset === null ? paidPeriod : null,
    }
    const allowance = allowanceFor({ key: feature, type, overage }, asked)
    if (!allowance.ok) return []
    const terms: Terms = { ...timing, allowance: allowance.value, priority }
    return [{ item: id, feature, product: product.id, terms, held }]
  })
}

function valueOf({ value, perQuantity = false }: ProductFeature, quantity: number): Json | undefined {
  return perQuantity && typeof value === 'number' ? value * quantity : value
}

function amountOf({ amount, perQuantity = false }: ProductFeature, quantity: number): number | undefined {
  if (amount === undefined || !perQuantity) return amount
  return Math.min(amount * quantity, Number.MAX_SAFE_INTEGER)
}

function periodOf(
  { startsAt, paidUntil, renews }: NonNullable<Register['subscription']>,
  { graceMs }: Policy,
) {
  const graceEndsAt = renews && paidUntil !== null && graceMs > 0 ? paidUntil + graceMs : null
  return { startsAt, endsAt: paidUntil, graceEndsAt }
}

/** How many of an item are left after its reversals. */
function left(
  item: Item | Line,
  register: Register,
  policy: Policy,
  period: SubscriptionFact['period'],
): number {
  let leftOfOrder = item.ordered
  for (const { undone, reverses, paidAt } of Object.values(register.reversals)) {
    if (undone || !concerns(paidAt, period)) continue
    if (reverses.type === 'everything') return 0
    if (reverses.type === 'part' && policy.partialRefund === 'revoke') return 0
    if (reverses.type === 'line' && reverses.line === item.id)
      leftOfOrder -= reverses.quantity ?? item.ordered
  }
  for (const payment of paymentsOf(register)) {
    const { refunded, total, paidAt } = payment
    if (refunded <= 0 || !concerns(paidAt, period)) continue
    if (refunded >= total || policy.partialRefund === 'revoke') return 0
  }
  return Math.min(item.quantity, leftOfOrder)
}

/** A payment paid for the period that covers it, and its refund takes away that one and no later one. */
function concerns(paidAt: number | null, period: SubscriptionFact['period']): boolean {
  return paidAt === null || period === null || (period.startsAt <= paidAt && paidAt < period.endsAt)
}

interface PaymentLeft {
  readonly total: number
  readonly refunded: number
  readonly paidAt: number | null
}

/**
 * What was given back of each payment. Providers tell it twice: as a sum with the payment, and refund by refund;
 * a refund that failed is still in the sum that was told before.
 */
function paymentsOf({ payments, reversals }: Register): readonly PaymentLeft[] {
  const byPayment = new Map<string, { live: number; dead: number; paidAt: number | null }>()
  for (const { undone, reverses, paidAt } of Object.values(reversals)) {
    if (reverses.type !== 'amount') continue
    const sum = byPayment.get(reverses.payment) ?? { live: 0, dead: 0, paidAt }
    if (undone) sum.dead += reverses.amount
    else sum.live += reverses.amount
    byPayment.set(reverses.payment, sum)
  }
  const ids = new Set([...Object.keys(payments), ...byPayment.keys()])
  return [...ids].map((id) => {
    const told = payments[id]
    const { live, dead, paidAt } = byPayment.get(id) ?? { live: 0, dead: 0, paidAt: null }
    return {
      total: told?.total ?? Infinity,
      refunded: Math.max(live, (told?.refunded ?? 0) - dead),
      paidAt: told?.paidAt ?? paidAt,
    }
  })
}

/** The references of the provider that a register names. */
export function referencesOf({ subscription, lines }: Register): readonly string[] {
  const items = [...(subscription?.items ?? []), ...Object.values(lines)]
  return [...new Set(items.map(({ product }) => product))]
}
