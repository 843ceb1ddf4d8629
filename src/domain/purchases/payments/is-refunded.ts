import type { BilledItem } from '../register/fact.ts'
import type { PaidPeriod } from './paid-periods.ts'
import type { Policy } from './policy.ts'

/** Whether an item of a period was refunded: with the whole period, by its own line, or by policy with a part of either. */
export function isRefunded(
  { state, bills }: PaidPeriod,
  { id }: BilledItem,
  { partialRefund }: Policy,
): boolean {
  if (state === 'returned') return true
  const isRevoking = partialRefund === 'revoke'
  return bills.some(
    ({ returned, itemsReturned, itemsReturnedInPart }) =>
      itemsReturned.has(id) || (isRevoking && (returned === 'part' || itemsReturnedInPart.has(id))),
  )
}
