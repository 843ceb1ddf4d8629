import type { CustomerId, UserId } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'

/** All that a customer had was given to another, by their provider. */
export interface Transfer {
  readonly customerId: CustomerId
  readonly toCustomer: CustomerId
  /** Which user the other one was. */
  readonly userId: UserId
  readonly movedAt: Instant
}

/**
 * To which user a purchase was transferred that was a customer's at a moment; `null` where it was not. Follows from the set
 * of transfers: whoever does not have it any more, gives it to nobody.
 */
export function userAfterTransfers(
  transfers: readonly Transfer[],
  customerId: CustomerId,
  since: Instant,
): UserId | null {
  const [next] = transfers
    .filter((one) => one.customerId === customerId && one.movedAt > since)
    .toSorted((a, b) => a.movedAt - b.movedAt || (a.toCustomer < b.toCustomer ? -1 : 1))
  return next === undefined
    ? null
    : (userAfterTransfers(transfers, next.toCustomer, next.movedAt) ?? next.userId)
}
