import type { BilledItem } from './fact.ts'
import { type Register, type ToldSubscription, isLate } from './register.ts'

/**
 * The items of a subscription that were paid for. While a payment is late, those of before it: a change within a period
 * that was declined is not paid for. https://docs.stripe.com/billing/subscriptions/upgrade-downgrade#payment-behavior
 */
export function paidItems({ inOrder }: Register, subscription: ToldSubscription): readonly BilledItem[] {
  const { items } = subscription
  if (inOrder === null || !isLate(subscription)) return items
  const starts = items.map(({ period }) => period?.startsAt ?? 0)
  const newest = items[starts.indexOf(Math.max(...starts))]?.period ?? null
  return inOrder.items.map((item) => {
    return { ...item, period: items.find(({ id }) => id === item.id)?.period ?? newest }
  })
}
