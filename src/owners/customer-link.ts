import { and, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import { type Condition, need } from '../domain/values/condition.ts'
import type { CustomerId, Seq, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { unlessLost } from '../platform/unless-lost.ts'
import { customers } from '../schema/shared-tables.ts'
import { type OwnerChange, sourcesOf } from './change-user.ts'
import { isCustomer } from './customers.ts'
import { LINK_VERSION, moveCustomer, moveCustomerWithNamed } from './move-customer.ts'

// The link of a customer to a user as the API shows, puts and forgets it.

/** Which user a provider's customer is. */
export interface CustomerLink extends ProviderAccount {
  readonly customerId: CustomerId
  readonly userId: UserId
  /** When it was last moved, `null` when a payload linked it. */
  readonly movedAt: Instant | null
  /** Raised by each link: the moment of the last one. */
  readonly version: Seq
  /** Whether what was bought is still on its way to its user. */
  readonly moving: boolean
}

export async function customerLink(
  d1: D1Database,
  of: ProviderAccount,
  customerId: CustomerId,
): Promise<CustomerLink | null> {
  const [row] = await drizzle(d1)
    .select({ ...LINK, moving: isMoving(of, customerId) })
    .from(customers)
    .where(isCustomer(of, customerId))
  return row === undefined ? null : { ...row, moving: row.moving === 1 }
}

/**
 * Gives a customer to a user because somebody says so now, and lets go on what waited for the customer. What the
 * customer bought naming another user goes along only where that is said. Throws `VersionDiffers`.
 */
export async function putCustomerLink(
  d1: D1Database,
  of: ProviderAccount,
  put: PutLink,
): Promise<{ readonly isNew: boolean; readonly link: CustomerLink | null; readonly change: OwnerChange }> {
  const { customerId, userId, isWithNamed = false, now, condition = null } = put
  const before = await customerLink(d1, of, customerId)
  need(condition, before)
  // It is later than all moves before it, also than one by a provider whose clock is ahead.
  const movedAt = Math.max(now, (before?.movedAt ?? 0) + 1)
  const move = isWithNamed ? moveCustomerWithNamed : moveCustomer
  const change = await unlessLost(move(d1, of, { customerId, userId, movedAt, condition }, now))
  // Somebody else has linked it since it was looked at.
  if (change === null) return putCustomerLink(d1, of, put)
  return { isNew: before === null, link: await customerLink(d1, of, customerId), change }
}

interface PutLink {
  readonly customerId: CustomerId
  readonly userId: UserId
  readonly isWithNamed?: boolean
  readonly now: Instant
  readonly condition?: Condition
}

/**
 * Who the customer is becomes unknown; what they have stays where it is. Returns what was forgotten: nothing while
 * purchases are on their way. Throws `VersionDiffers`.
 */
export async function forgetCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: CustomerId,
  condition: Condition = null,
): Promise<CustomerLink | null> {
  if (condition !== null) need(condition, await customerLink(d1, of, customerId))
  const wanted = typeof condition === 'number' ? sql`${LINK_VERSION} = ${condition}` : undefined
  const [row] = await drizzle(d1)
    .delete(customers)
    .where(and(isCustomer(of, customerId), sql`NOT ${isMoving(of, customerId)}`, wanted))
    .returning(LINK)
  return row === undefined ? null : { ...row, moving: false }
}

const LINK = {
  provider: customers.provider,
  account: customers.account,
  customerId: customers.customerId,
  userId: customers.userId,
  movedAt: customers.movedAt,
  version: LINK_VERSION,
}

function isMoving(of: ProviderAccount, customerId: CustomerId) {
  return sql<0 | 1>`(customers.moving_from IS NOT NULL OR EXISTS (
    SELECT 1 FROM (${sourcesOf(of, customerId)}) chosen
    CROSS JOIN source_moves ON source_moves.provider = chosen.provider AND source_moves.account = chosen.account
      AND source_moves.source_ref = chosen.source_ref AND source_moves.due_at IS NOT NULL
  ))`
}
