import { type SQL, sql } from 'drizzle-orm'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId, UserId } from '../domain/values/ids.ts'
import { d1Failure } from '../platform/d1-failure.ts'
import type { ClaimState } from './claim.ts'

// What a sandbox of the live app sells concerns only the users who may buy there: a batch about anybody else is not written.

/** The users whom alone something may concern; `null` where it may concern anybody. */
export type Audience = ReadonlySet<UserId> | null

/** It would have concerned somebody else, and was not written. */
export class NotConcerned extends Error {
  override readonly name = 'NotConcerned'
}

/** Throws `NotConcerned` where others have a purchase, are named as its users, or are who its customer is. */
export function concernsOnly(
  only: Audience,
  { source, names, customer, transfers, usersOfCustomer }: ClaimState,
): void {
  if (only === null) return
  const told = [...names, ...transfers].map(({ userId }) => userId)
  const users = [source?.userId, customer?.userId, ...usersOfCustomer, ...told]
  if (users.some((user) => user && !only.has(user))) throw new NotConcerned()
}

/** Guards a batch about a customer: it is not written where others are that customer, or have what was bought under them. */
export function ofCustomerOnly(
  only: Audience,
  { provider, account }: ProviderAccount,
  customerId: CustomerId,
): readonly SQL[] {
  if (only === null) return []
  const isTheirs = sql`provider = ${provider} AND account = ${account} AND customer_id = ${customerId}`
  const isOther = sql`user_id <> '' AND user_id NOT IN (SELECT value FROM json_each(${JSON.stringify([...only])}))`
  return [
    sql`
      INSERT INTO guards (holds) SELECT 0
      WHERE EXISTS (SELECT 1 FROM customers WHERE ${isTheirs} AND ${isOther})
        OR EXISTS (SELECT 1 FROM refs INDEXED BY refs_by_customer WHERE ${isTheirs} AND ${isOther})
        OR EXISTS (
          SELECT 1 FROM names INDEXED BY names_by_customer
          WHERE ${isTheirs} AND customer_id <> '' AND ${isOther}
        )`,
  ]
}

/** The error of a batch whose guard did not hold. */
export function asConcern(error: unknown): unknown {
  return d1Failure(error) === 'lost' ? new NotConcerned() : error
}
