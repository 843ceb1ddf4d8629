import { type AllowanceRequest, allowanceFor } from '../../entitlements/allowance.ts'
import type { Terms } from '../../entitlements/entitlement.ts'
import type { FeatureKey } from '../../values/ids.ts'
import { type Instant, earlier } from '../../values/instant.ts'
import type { Json } from '../../values/json.ts'
import type { Policy } from '../payments/policy.ts'
import type { Register } from '../register/register.ts'
import { type Beside, NOTHING_BESIDE, placeKey } from './beside.ts'
import { endOfDuration } from './pile.ts'
import { type Product, type ProductFeature, type ProductOf, productsOf } from './product.ts'
import { type PurchaseRight, rightsIn } from './purchase-rights.ts'

/** An entitlement that a source gives: `item` and `feature` make its id. */
export interface SourceGift {
  readonly item: string
  readonly feature: FeatureKey
  readonly product: string
  readonly terms: Terms
  /** The keys under which the paid period of its amount may be known; the first is its own. */
  readonly periodKeys: readonly (Instant | null)[]
  /** Whether access is held back by the source. */
  readonly held: boolean
  /** Whether a refund took some of what was bought: then policy decides about what was spent of it. */
  readonly isReduced: boolean
}

/** A feature of an item that a refund has taken whole. */
type TakeBack = Pick<SourceGift, 'item' | 'feature'>

interface Gives {
  readonly given: readonly SourceGift[]
  readonly takenBack: readonly TakeBack[]
}

/**
 * Returns what a source gives by its register, the catalog of this moment and the user's other sources, and what of it a
 * refund took. No clock decides: moments that are over are terms of what is given like others.
 */
export function gives(
  register: Register,
  productOf: ProductOf,
  policy: Policy,
  beside: Beside = NOTHING_BESIDE,
): Gives {
  const all = rightsIn(register, productOf, policy).flatMap((right) => giftsOf(right, productOf, beside))
  return {
    given: all.flatMap(({ gift }) => gift ?? []),
    takenBack: all.flatMap(({ takeBack }) => takeBack ?? []),
  }
}

interface GiftOrTakeBack {
  readonly gift?: SourceGift
  readonly takeBack?: TakeBack
}

function giftsOf(right: PurchaseRight, productOf: ProductOf, beside: Beside): readonly GiftOrTakeBack[] {
  const { item, quantity, isReduced, held, period } = right
  return productsOf(item, productOf).flatMap((product) => {
    const timing = timingOf(right, product, beside)
    const end = timing.graceEndsAt ?? timing.endsAt
    const isEmpty = timing.startsAt !== null && end !== null && end <= timing.startsAt
    return product.features.flatMap((sold): readonly GiftOrTakeBack[] => {
      const ofItem = { item: item.id, feature: sold.feature }
      if (quantity <= 0 && isReduced) return [{ takeBack: ofItem }]
      if (quantity <= 0 || isEmpty) return []
      const terms = termsOf({ ...right, timing }, sold)
      if (terms === null) return []
      const periodKeys = period === null ? [null] : period.periodKeys
      return [{ gift: { ...ofItem, product: product.id, terms, periodKeys, held, isReduced } }]
    })
  })
}

/**
 * When the features of a product may be used. What is bought once of a product that lasts ends by its duration, or earlier
 * where the provider says so; where no moment of purchase is known, no duration is counted.
 */
function timingOf(
  { timing, item, isBoughtOnce, boughtAt }: PurchaseRight,
  { id, duration }: Product,
  { places, replacedAt }: Beside,
): PurchaseRight['timing'] {
  const place = places.get(placeKey(id, item.id))
  if (place !== undefined) return { ...timing, ...place }
  if (replacedAt !== null) return endingAt(timing, replacedAt)
  if (duration === undefined || !isBoughtOnce || boughtAt === null) return timing
  return {
    ...timing,
    startsAt: boughtAt,
    endsAt: earlier(timing.endsAt, endOfDuration(boughtAt, duration, 1)),
  }
}

function endingAt(
  { endsAt, graceEndsAt, ...timing }: PurchaseRight['timing'],
  at: Instant,
): PurchaseRight['timing'] {
  const grace = graceEndsAt === null ? null : Math.min(graceEndsAt, at)
  const end = earlier(endsAt, at) ?? at
  return { ...timing, endsAt: end, graceEndsAt: grace === null || grace <= end ? null : grace }
}

/** Returns the terms of one feature, `null` where the product's terms do not fit the feature's type. */
function termsOf({ timing, period, hasAmount, quantity }: PurchaseRight, sold: ProductFeature): Terms | null {
  const { feature, type, overage = 'deny', combine = 'latest', priority = 0 } = sold
  const reset =
    sold.reset === undefined ? null : { ...sold.reset, anchor: timing.startsAt ?? period?.startsAt ?? 0 }
  const request: AllowanceRequest = {
    value: valueOf(sold, quantity),
    // An amount by the calendar is given while there is access, whether or not a period is paid.
    amount:
      hasAmount || reset !== null ? amountOf(sold, quantity) : sold.amount === undefined ? undefined : 0,
    reset,
    period: reset === null ? (period?.periodKeys[0] ?? null) : null,
  }
  const allowance = allowanceFor({ key: feature, type, overage, combine }, request)
  return allowance.ok ? { ...timing, allowance: allowance.value, priority } : null
}

function valueOf(
  { value, perQuantity = false, combine }: ProductFeature,
  quantity: number,
): Json | undefined {
  if (!perQuantity || typeof value !== 'number') return value
  // A sum stops where whole numbers are no longer exact.
  const max = combine === 'sum' ? Number.MAX_SAFE_INTEGER : Infinity
  return Math.max(-max, Math.min(value * quantity, max))
}

function amountOf({ amount, perQuantity = false }: ProductFeature, quantity: number): number | undefined {
  if (amount === undefined || !perQuantity) return amount
  return Math.min(amount * quantity, Number.MAX_SAFE_INTEGER)
}
