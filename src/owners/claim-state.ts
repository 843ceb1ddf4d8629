import { type SQL, sql } from 'drizzle-orm'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import { accountCondition } from '../schema/account-condition.ts'
import type { Claim } from './claim.ts'
import { hasOthers } from './has-others.ts'

// The first step of a claim: what decides whose the purchase is, looked up.

/**
 * The `ClaimState` of a claim in SQL, as one text: to be decided on, and to be compared with in the batch that writes what was
 * decided. The first id that is known says which source it is.
 *
 * Each id is looked up: a plain `JOIN` may go through all that the provider has
 * (https://sqlite.org/optoverview.html#crossjoin).
 */
export function claimState(
  of: ProviderAccount,
  { ids, customerId }: Pick<Claim, 'ids' | 'customerId'>,
): SQL<string> {
  const asked = JSON.stringify(ids)
  const ofCustomer = sql`coalesce(${customerId}, (SELECT customer_id FROM owner))`
  const isOfAccount = accountCondition(of)
  const userNamed = (which: SQL) => sql`(
    SELECT ${which}(names.user_id) FROM names INDEXED BY names_by_customer
    WHERE ${isOfAccount(sql`names`)} AND names.customer_id = ${ofCustomer} AND names.customer_id <> ''
      AND names.rank NOT IN ('buyer', 'buyer_session'))`
  return sql<string>`(
    WITH RECURSIVE owner AS (
      SELECT refs.source_ref, refs.user_id, refs.customer_id, refs.keeps_names, refs.store
      FROM json_each(${asked}) first
      CROSS JOIN refs ON ${isOfAccount(sql`refs`)} AND refs.id = first.value
      ORDER BY first.key LIMIT 1
    ), named AS (
      SELECT names.* FROM (
        SELECT value AS id FROM json_each(${asked})
        UNION
        SELECT refs.id FROM owner
        CROSS JOIN refs INDEXED BY refs_by_source
          ON ${isOfAccount(sql`refs`)} AND refs.source_ref = owner.source_ref
      ) known
      CROSS JOIN names ON ${isOfAccount(sql`names`)} AND names.id = known.id
    ), concerned AS (
      SELECT ${ofCustomer} AS id UNION SELECT customer_id FROM owner UNION SELECT customer_id FROM named
      UNION SELECT transfers.to_customer FROM concerned
      CROSS JOIN transfers ON ${isOfAccount(sql`transfers`)} AND transfers.customer_id = concerned.id
    )
    SELECT json_object(
      'source', json((
        SELECT json_object('sourceId', source_ref, 'userId', user_id, 'customerId', customer_id, 'keepsNames', keeps_names,
          'store', store)
        FROM owner
      )),
      'names', json((
        SELECT json_group_array(json_object(
          'id', id, 'rank', rank, 'userId', user_id, 'customerId', customer_id, 'toldAt', told_at,
          'lastToldAt', max(told_at, last_told_at)))
        FROM named
      )),
      'customer', json((
        SELECT json_object('id', customer_id, 'userId', user_id, 'byNames', by_names, 'movedAt', moved_at)
        FROM customers WHERE ${isOfAccount(sql`customers`)} AND customer_id = ${ofCustomer}
      )),
      'transfers', json((
        SELECT json_group_array(json_object(
          'customerId', customer_id, 'toCustomer', to_customer, 'userId', user_id, 'movedAt', moved_at,
          'store', store, 'takesAll', takes_all, 'hasOthers', iif(takes_all, 0, ${hasOthers(of, asked, ofCustomer)})))
        FROM concerned CROSS JOIN transfers ON ${isOfAccount(sql`transfers`)} AND customer_id = concerned.id
      )),
      'usersOfCustomer', json_array(${userNamed(sql`min`)}, ${userNamed(sql`max`)})
    )
  )`
}
