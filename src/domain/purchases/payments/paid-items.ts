import type { BilledItem } from '../register/fact.ts'
import { type Register, type SubscriptionRecord, isLate } from '../register/register.ts'

/**
 * Returns the items of a subscription that were paid for. While a payment is late these are the items of the last snapshot
 * in order: the change whose payment was declined is not paid.
 * https://docs.stripe.com/billing/subscriptions/upgrade-downgrade#payment-behavior
 */
export function paidItems({ inOrder }: Register, subscription: SubscriptionRecord): readonly BilledItem[] {
  const { items } = subscription
  if (inOrder === null || !isLate(subscription)) return items
  const starts = items.map(({ period }) => period?.startsAt ?? 0)
  const newest = items[starts.indexOf(Math.max(...starts))]?.period ?? null
  return inOrder.items.map((item) => {
    const late = items.find(({ id }) => id === item.id)?.period ?? newest
    const goesOn = inOrder.state === 'active' && isRunning(item.period, late)
    return { ...item, period: goesOn ? item.period : late }
  })
}

/** Whether a paid period still ran when the late one began, as where a change to another interval begins a period at once. */
function isRunning(paid: BilledItem['period'], late: BilledItem['period']): boolean {
  if (paid === null || paid.startsAt === null || late === null || late.startsAt === null) return false
  return paid.startsAt < late.startsAt && late.startsAt < paid.endsAt
}
