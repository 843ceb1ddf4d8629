import type { Register } from './register.ts'
import type { RegisterFact } from './register-fact.ts'

/** What somebody should look at in what was told, though nothing is wrong with it. */
export function noticesOf({ subscription }: Register, facts: readonly RegisterFact[]): readonly string[] {
  if (subscription === null || subscription.state !== 'ended') return []
  const end = subscription.endsAt ?? subscription.toldAt
  // Whoever pays for what is over wants it back, or wants it.
  const isAfter = facts.some(
    (fact) =>
      fact.type === 'payment' &&
      (fact.money?.total ?? 0) > 0 &&
      fact.covers?.type === 'period' &&
      ((fact.paidAt ?? -Infinity) >= end || fact.covers.lines.some(({ startsAt }) => startsAt >= end)),
  )
  return isAfter ? ['payment_after_end'] : []
}
