import { type SQL, sql } from 'drizzle-orm'
import { d1Failure } from '../platform/d1-failure.ts'
import type { ClaimState } from './claim-state.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'

/** Whom alone something may concern; `null` where it may concern anybody. */
export type Audience = ReadonlySet<string> | null

/** It would have concerned somebody else, and was not written. */
export class NotConcerned extends Error {
  override readonly name = 'ConcernsOthers'
}

/** Throws `ConcernsOthers` where others have a purchase, are named as its users, or are who its customer is. */
export function concernsOnly(
  only: Audience,
  { source, names, customer, transfers, usersOfCustomer }: ClaimState,
): void {
  if (only === null) return
  const told = [...names, ...transfers].map(({ userId }) => userId)
  const users = [source?.userId, customer?.userId, ...usersOfCustomer, ...told]
  if (users.some((user) => user && !only.has(user))) throw new NotConcerned()
}

/** What keeps a batch from being written where others are who a customer is, or have or are named by what they bought. */
export function ofCustomerOnly(
  only: Audience,
  { provider, account }: ProviderAccount,
  customerId: string,
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

/** What such a batch was not written for, as an error of its own. */
export function asConcern(error: unknown): unknown {
  return d1Failure(error) === 'lost' ? new NotConcerned() : error
}
