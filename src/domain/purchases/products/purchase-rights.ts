import type { Instant } from '../../values/instant.ts'
import { billsOf } from '../payments/bills.ts'
import { isLineDisputed } from '../payments/is-disputed.ts'
import { type ItemRight, itemRight } from '../payments/item-right.ts'
import { linesThatCount } from '../payments/lines-that-count.ts'
import { paidItems } from '../payments/paid-items.ts'
import { periodsOf } from '../payments/paid-periods.ts'
import type { Policy } from '../payments/policy.ts'
import type { BilledItem, Item } from '../register/fact.ts'
import { type Line, type Register, type SubscriptionRecord, coveredLines } from '../register/register.ts'
import { itemsOf } from './items.ts'
import type { ProductOf } from './product.ts'

/** One item or line of a source: how many are left of it, when they may be used, and what was refunded. */
export interface PurchaseRight extends ItemRight {
  readonly item: Item
  /** How many are left once what was refunded is taken off; below one, it gives nothing. */
  readonly quantity: number
  /** Whether a refund took some of what was bought. */
  readonly isReduced: boolean
  /** Whether it is bought once, and so lasts as long as its product says. */
  readonly isBoughtOnce: boolean
  /** The moment from which that is counted, `null` where no provider said it. */
  readonly boughtAt: Instant | null
}

/** Returns the rights of a source by its items and lines, whatever other sources of the user say about it. */
export function rightsIn(register: Register, productOf: ProductOf, policy: Policy): readonly PurchaseRight[] {
  return [
    ...rightsOfSubscription(register, productOf, policy),
    ...linesThatCount(register).map((line) => rightOfLine(register, line, policy)),
  ]
}

function rightsOfSubscription(
  register: Register,
  productOf: ProductOf,
  policy: Policy,
): readonly PurchaseRight[] {
  const { subscription, itemSets } = register
  if (subscription === null) return []
  const periods = periodsOf(register)
  return itemsOf(paidItems(register, subscription), itemSets, productOf).flatMap((item) => {
    const right = itemRight(register, subscription, item, periods, policy)
    if (right === null) return []
    const quantity = right.isReturned ? 0 : quantityLeft(item, register, policy)
    return [
      {
        ...right,
        item,
        quantity,
        isReduced: quantity < item.quantity,
        isBoughtOnce: isBoughtOnce(register, subscription, item),
        boughtAt: right.timing.startsAt,
      },
    ]
  })
}

/** Some providers tell what is bought once as a subscription: it has no period, and no payment ever covered one. */
function isBoughtOnce(
  { periods, payments }: Register,
  { state }: SubscriptionRecord,
  { period }: BilledItem,
): boolean {
  const hasNoPeriods = period === null && Object.keys(periods).length === 0
  const isOrder = hasNoPeriods && Object.values(payments).every((one) => coveredLines(one).length === 0)
  return isOrder && (state === 'active' || state === 'ended')
}

function rightOfLine(register: Register, line: Line, policy: Policy): PurchaseRight {
  const { startsAt, endsAt, boughtAt = null, paidBy = null } = line
  const bills = billsOf(register)
  const isReturned = bills.some(
    ({ returned, payments }) =>
      (paidBy === null || payments.includes(paidBy)) &&
      (returned === 'all' || (returned === 'part' && policy.partialRefund === 'revoke')),
  )
  const quantity = isReturned ? 0 : quantityLeft(line, register, policy)
  return {
    timing: { startsAt, endsAt, graceEndsAt: null, trial: false },
    held: isLineDisputed(register, bills, paidBy),
    period: null,
    hasAmount: true,
    isReturned,
    item: line,
    quantity,
    isReduced: quantity < line.quantity,
    isBoughtOnce: true,
    boughtAt: startsAt ?? boughtAt,
  }
}

/** Returns how many of an item are left after the refunds that name it, or all of its source; it may be below zero. */
function quantityLeft(item: Item, { reversals, periods, before }: Register, policy: Policy): number {
  const hasPeriods = before !== null || Object.keys(periods).length > 0
  let leftOfOrder = item.ordered
  for (const { undone, reverses, paidAt } of Object.values(reversals)) {
    // A refund that says when its money was paid takes the subscription's period of then, and no item.
    if (undone || (paidAt !== null && hasPeriods)) continue
    if (reverses.type === 'everything') return 0
    if (reverses.type === 'part' && policy.partialRefund === 'revoke') return 0
    if (reverses.type === 'line' && reverses.line === item.id)
      leftOfOrder -= reverses.quantity ?? item.ordered
  }
  return Math.min(item.quantity, leftOfOrder)
}
