import type { RegisterFact } from './register-fact.ts'
import type { Register } from './register.ts'

/** Returns the codes of what a person should look at in the facts that came: here a payment for time after the end. */
export function noticesOf({ subscription }: Register, facts: readonly RegisterFact[]): readonly string[] {
  if (subscription === null || subscription.state !== 'ended') return []
  const end = subscription.endsAt ?? subscription.toldAt
  // Either the payment is to be refunded, or the subscription was ended by mistake.
  const isAfter = facts.some(
    (fact) =>
      fact.type === 'payment' &&
      (fact.money?.total ?? 0) > 0 &&
      fact.covers?.type === 'period' &&
      ((fact.paidAt ?? -Infinity) >= end || fact.covers.lines.some(({ startsAt }) => startsAt >= end)),
  )
  return isAfter ? ['payment_after_end'] : []
}
