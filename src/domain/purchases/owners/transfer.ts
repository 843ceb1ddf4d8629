import type { CustomerId, UserId } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'

/** A provider's event: all that one customer had is another customer's now. */
export interface Transfer {
  readonly customerId: CustomerId
  readonly toCustomer: CustomerId
  /** Which user the other customer was then. */
  readonly userId: UserId
  readonly movedAt: Instant
}

/**
 * Returns the user to whom a purchase was transferred that a customer had since a moment, `null` where it was not. It follows
 * transfers from customer to customer by time; a transfer from a customer who had passed it on before moves nothing.
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
