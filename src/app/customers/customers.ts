import type * as z from 'zod'
import type { putCustomerBody } from '../../contract/schemas/customers.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import type { Condition } from '../../domain/values/condition.ts'
import type { CustomerId } from '../../domain/values/ids.ts'
import {
  type CustomerLink,
  customerLink,
  forgetCustomer as forget,
  putCustomerLink,
} from '../../owners/customer-link.ts'
import { stayedPurchases } from '../../owners/customers.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { restingOn } from '../resting-on.ts'
import type { AppServices } from '../services.ts'
import { customerToWire } from '../wire/inbox-to-wire.ts'

/** A provider's customer. */
interface CustomerKey extends ProviderAccount {
  readonly customerId: CustomerId
}

/** Says which user a customer is, and moves what the customer bought. Throws `customer_not_found` where it was forgotten meanwhile, and `precondition_failed`. */
export async function putCustomer(
  { db, now, checkout, waitUntil }: Pick<AppServices, 'db' | 'now' | 'checkout' | 'waitUntil'>,
  { customerId, provider }: Omit<CustomerKey, 'account'>,
  { account, userId, named: isWithNamed }: z.output<typeof putCustomerBody>,
  condition: Condition,
) {
  const of = { provider, account }
  const at = now()
  const link = { customerId, userId, isWithNamed, now: at, condition }
  const put = await restingOn(putCustomerLink(db, of, link))
  waitUntil(checkout.follow(put.change))
  waitUntil(checkout.followUp({ what: 'customer', at }))
  const customer = found(put.link)
  const stayed = await stayedPurchases(db, of, { customerId, userId })
  return { isNew: put.isNew, customer: { ...customer, stayed } }
}

/** Which user a customer is. Throws `customer_not_found`. */
export async function getCustomer({ db }: Pick<AppServices, 'db'>, { customerId, ...of }: CustomerKey) {
  return found(await customerLink(db, of, customerId))
}

/** Forgets whose a customer is, and returns what was known. Throws `customer_not_found`, `customer_moving` or `precondition_failed`. */
export async function forgetCustomer(
  { db }: Pick<AppServices, 'db'>,
  { customerId, ...of }: CustomerKey,
  condition: Condition,
) {
  const forgotten = await restingOn(forget(db, of, customerId, condition))
  if (forgotten === null && (await customerLink(db, of, customerId))?.moving === true) {
    throw new ProblemError('customer_moving')
  }
  return found(forgotten)
}

function found(link: CustomerLink | null) {
  if (link === null) throw new ProblemError('customer_not_found')
  return customerToWire(link)
}
