import { isUserId } from '../../contract/is-user-id.ts'

/** What RevenueCat calls a device on which nobody has logged in: https://www.revenuecat.com/docs/customers/identifying-customers. */
const ANONYMOUS = '$RCAnonymousID:'

/** The id of the user that a provider's customer is by the name alone; `null` of one whose name is no user's own. */
export function ownUserId(customer: string): string | null {
  return isUserId(customer) && !customer.startsWith(ANONYMOUS) ? customer : null
}
