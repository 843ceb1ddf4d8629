import type { FeatureKey } from '../../values/ids.ts'
import { type AllowanceRequest, allowanceFor } from '../../entitlements/allowance.ts'
import type { Terms } from '../../entitlements/entitlement.ts'
import { type Instant, earlier } from '../../values/instant.ts'
import type { Json } from '../../values/json.ts'
import { billsOf } from '../payments/bills.ts'
import { type Beside, NOTHING_BESIDE, placeKey } from './beside.ts'
import { isLineDisputed } from '../payments/is-disputed.ts'
import { type ItemTiming, itemTiming } from '../payments/item-timing.ts'
import type { BilledItem, Item } from '../register/fact.ts'
import { itemsOf, referencesOfItem } from './items.ts'
import { linesThatCount } from '../payments/lines-that-count.ts'
import { paidItems } from '../payments/paid-items.ts'
import { periodsOf } from '../payments/periods.ts'
import { endOfDuration } from './pile.ts'
import type { Policy } from '../payments/policy.ts'
import { type Product, type ProductFeature, type ProductOf, productsOf } from './product.ts'
import { type Line, type Register, type SubscriptionRecord, coveredLines } from '../register/register.ts'

/** An entitlement that a source gives: `item` and `feature` make its id. */
export interface SourceGift {
  readonly item: string
  readonly feature: FeatureKey
  readonly product: string
  readonly terms: Terms
  /** What the paid period of its amount may be called. */
  readonly names: readonly (Instant | null)[]
  /** Whether access is held back by the source. */
  readonly held: boolean
  /** Whether a refund has taken something of what was bought: then policy says what becomes of what was spent. */
  readonly isReduced: boolean
}

/** What a refund has taken whole. */
export type TakeBack = Pick<SourceGift, 'item' | 'feature'>

export interface Gives {
  readonly given: readonly SourceGift[]
  readonly takenBack: readonly TakeBack[]
}

/** What a source gives now: a function of what is known of it and of the catalog, and of what there is beside it. */
export function gives(
  register: Register,
  productOf: ProductOf,
  policy: Policy,
  beside: Beside = NOTHING_BESIDE,
): Gives {
  const all = rightsIn(register, productOf, policy).flatMap((right) => rightsOf(right, productOf, beside))
  return {
    given: all.flatMap(({ given }) => given ?? []),
    takenBack: all.flatMap(({ takenBack }) => takenBack ?? []),
  }
}

/** The items and lines of a source, as if there were nothing beside it. */
export function rightsIn(register: Register, productOf: ProductOf, policy: Policy): readonly PurchaseRight[] {
  return [
    ...subscribed(register, productOf, policy),
    ...linesThatCount(register).map((line) => bought(register, line, policy)),
  ]
}

/** An item or line, with all that was reckoned of it. */
export interface PurchaseRight extends ItemTiming {
  readonly item: Item
  readonly isBoughtOnce: boolean
  /** From when on it lasts, where its product does. */
  readonly boughtAt: Instant | null
  /** How many are left of it. */
  readonly quantity: number
  readonly isReduced: boolean
}

function subscribed(register: Register, productOf: ProductOf, policy: Policy): readonly PurchaseRight[] {
  const { subscription, itemSets } = register
  if (subscription === null) return []
  const periods = periodsOf(register)
  return itemsOf(paidItems(register, subscription), itemSets, productOf).flatMap((item) => {
    const reckoned = itemTiming(register, subscription, item, periods, policy)
    if (reckoned === null) return []
    const quantity = reckoned.isReturned ? 0 : left(item, register, policy)
    const isOnce = isBoughtOnce(register, subscription, item)
    const { startsAt: boughtAt } = reckoned.timing
    const isReduced = quantity < item.quantity
    return [{ ...reckoned, item, quantity, isBoughtOnce: isOnce, boughtAt, isReduced }]
  })
}

/** Some providers tell what is bought once as what a subscription is: it has no period, and none was ever paid for. */
function isBoughtOnce(
  { periods, payments }: Register,
  { state }: SubscriptionRecord,
  { period }: BilledItem,
): boolean {
  const hasNoPeriods = period === null && Object.keys(periods).length === 0
  const isOrder = hasNoPeriods && Object.values(payments).every((one) => coveredLines(one).length === 0)
  return isOrder && (state === 'active' || state === 'ended')
}

function bought(register: Register, line: Line, policy: Policy): PurchaseRight {
  const { startsAt, endsAt, boughtAt = null, paidBy = null } = line
  const bills = billsOf(register)
  const isReturned = bills.some(
    ({ returned, payments }) =>
      (paidBy === null || payments.includes(paidBy)) &&
      (returned === 'all' || (returned === 'part' && policy.partialRefund === 'revoke')),
  )
  const quantity = isReturned ? 0 : left(line, register, policy)
  return {
    timing: { startsAt, endsAt, graceEndsAt: null, trial: false },
    held: isLineDisputed(register, bills, paidBy),
    period: null,
    hasAmount: true,
    isReturned,
    item: line,
    quantity,
    isBoughtOnce: true,
    boughtAt: startsAt ?? boughtAt,
    isReduced: quantity < line.quantity,
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

interface RightOfFeature {
  readonly given?: SourceGift
  readonly takenBack?: TakeBack
}

function rightsOf(right: PurchaseRight, productOf: ProductOf, beside: Beside): readonly RightOfFeature[] {
  const { item, quantity, isReduced } = right
  return productsOf(item, productOf).flatMap((product) => {
    const timing = timingOf(right, product, beside)
    const end = timing.graceEndsAt ?? timing.endsAt
    const isEmpty = timing.startsAt !== null && end !== null && end <= timing.startsAt
    return product.features.flatMap((one): readonly RightOfFeature[] => {
      if (quantity <= 0 && isReduced) return [{ takenBack: { item: item.id, feature: one.feature } }]
      if (quantity <= 0 || isEmpty) return []
      const terms = termsOf({ ...right, timing }, one)
      if (terms === null) return []
      const { held, period } = right
      const names = period === null ? [null] : period.names
      return [
        {
          given: { item: item.id, feature: one.feature, product: product.id, terms, names, held, isReduced },
        },
      ]
    })
  })
}

/**
 * What is bought once of a product that lasts ends by its duration, or before where the provider says so. Where nobody
 * said when it was bought, nothing is counted from there.
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

function termsOf({ timing, period, hasAmount, quantity }: PurchaseRight, one: ProductFeature): Terms | null {
  const { feature, type, overage = 'deny', priority = 0 } = one
  const name = period?.names[0] ?? null
  const reset =
    one.reset === undefined ? null : { ...one.reset, anchor: timing.startsAt ?? period?.startsAt ?? 0 }
  const asked: AllowanceRequest = {
    value: valueOf(one, quantity),
    // What is given anew by the calendar is given while there is access, whatever was paid.
    amount: hasAmount || reset !== null ? amountOf(one, quantity) : one.amount === undefined ? undefined : 0,
    reset,
    period: reset === null ? name : null,
  }
  const allowance = allowanceFor({ key: feature, type, overage }, asked)
  return allowance.ok ? { ...timing, allowance: allowance.value, priority } : null
}

function valueOf({ value, perQuantity = false }: ProductFeature, quantity: number): Json | undefined {
  return perQuantity && typeof value === 'number' ? value * quantity : value
}

function amountOf({ amount, perQuantity = false }: ProductFeature, quantity: number): number | undefined {
  if (amount === undefined || !perQuantity) return amount
  return Math.min(amount * quantity, Number.MAX_SAFE_INTEGER)
}

/** How many of an item are left after the reversals that name it, or all of its source. */
function left(item: Item, { reversals, periods, before }: Register, policy: Policy): number {
  const hasPeriods = before !== null || Object.keys(periods).length > 0
  let leftOfOrder = item.ordered
  for (const { undone, reverses, paidAt } of Object.values(reversals)) {
    // Of a subscription, what says when it was paid takes that period.
    if (undone || (paidAt !== null && hasPeriods)) continue
    if (reverses.type === 'everything') return 0
    if (reverses.type === 'part' && policy.partialRefund === 'revoke') return 0
    if (reverses.type === 'line' && reverses.line === item.id)
      leftOfOrder -= reverses.quantity ?? item.ordered
  }
  return Math.min(item.quantity, leftOfOrder)
}

/** The references of the provider that a register names: what the catalog says of them decides what its source gives. */
export function referencesOf({ itemSets, lines }: Register): readonly string[] {
  const items: readonly Item[] = [...itemSets.flatMap((set) => set.items), ...Object.values(lines)]
  return [...new Set(items.flatMap(referencesOfItem))]
}
