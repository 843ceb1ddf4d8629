import { and, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { customers } from './schema.ts'
import { isCustomer, moveCustomer } from './customers.ts'
import type { ProviderAccount } from './provider-account.ts'

/** Which user a provider's customer is. */
export interface CustomerLink extends ProviderAccount {
  readonly customerId: string
  readonly userId: string
  /** When it was last moved, `null` when a payload linked it. */
  readonly movedAt: number | null
  /** Whether what was bought is still on its way to the user. */
  readonly moving: boolean
}

export async function customerLink(
  d1: D1Database,
  of: ProviderAccount,
  customerId: string,
): Promise<CustomerLink | null> {
  const [row] = await drizzle(d1).select().from(customers).where(isCustomer(of, customerId))
  return row === undefined ? null : linkOf(row)
}

/** Gives a customer to a user because somebody says so now, and lets go on what waited for the customer. */
export async function putCustomerLink(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, now }: { customerId: string; userId: string; now: number },
): Promise<{ readonly created: boolean; readonly link: CustomerLink | null }> {
  const before = await customerLink(d1, of, customerId)
  // The last word is later than all before it, also than a move by a provider whose clock is ahead.
  const movedAt = Math.max(now, (before?.movedAt ?? 0) + 1)
  await moveCustomer(d1, of, { customerId, userId, movedAt }, now)
  return { created: before === null, link: await customerLink(d1, of, customerId) }
}

/**
 * Who the customer is becomes unknown; what they have stays where it is. Answers what was forgotten: nothing while
 * purchases are on their way, which would stay where nobody looks for them.
 */
export async function forgetCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: string,
): Promise<CustomerLink | null> {
  const [row] = await drizzle(d1)
    .delete(customers)
    .where(and(isCustomer(of, customerId), isNull(customers.movingFrom)))
    .returning()
  return row === undefined ? null : linkOf(row)
}

function linkOf({ movingFrom, ...link }: typeof customers.$inferSelect): CustomerLink {
  return { ...link, moving: movingFrom !== null }
}
