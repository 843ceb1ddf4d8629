import { type SQL, sql } from 'drizzle-orm'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import { accountCondition } from '../schema/account-condition.ts'

// A part of `claimState`: an event that transfers a customer does not say which of their purchases were restored.

/**
 * Of a row of `transfers`: whether its customers had, when it happened, a purchase of its store besides the one that the
 * asked ids stand for. What came to them by transfers before counts as theirs, also where nobody has told what it was.
 */
export function hasOthers(of: ProviderAccount, asked: string, ofCustomer: SQL): SQL {
  const isOfAccount = accountCondition(of)
  const firstToldAt = sql`(
    SELECT min(told.told_at) FROM names told
    WHERE ${isOfAccount(sql`told`)} AND told.id = held.source_ref AND told.rank NOT IN ('hand', 'moved'))`
  const isAnother = sql`held.source_ref NOT IN (SELECT value FROM json_each(${asked}))
    AND held.source_ref IS NOT (SELECT source_ref FROM owner)
    AND held.store IN ('', transfers.store)
    AND coalesce(${firstToldAt}, 0) < had.until`
  return sql`EXISTS (
    WITH RECURSIVE had (customer_id, until) AS (
      SELECT same.customer_id, same.moved_at FROM transfers same INDEXED BY transfers_by_receiver
      WHERE ${isOfAccount(sql`same`)} AND same.to_customer = transfers.to_customer AND same.moved_at = transfers.moved_at
      UNION
      SELECT earlier.customer_id, earlier.moved_at FROM had
      CROSS JOIN transfers earlier INDEXED BY transfers_by_receiver ON ${isOfAccount(sql`earlier`)}
        AND earlier.to_customer = had.customer_id AND earlier.moved_at < had.until
    )
    SELECT 1 FROM had
    CROSS JOIN refs held INDEXED BY refs_by_customer ON ${isOfAccount(sql`held`)} AND held.customer_id = had.customer_id
    WHERE ${isAnother}
    UNION ALL
    SELECT 1 FROM had
    CROSS JOIN names INDEXED BY names_by_customer ON ${isOfAccount(sql`names`)}
      AND names.customer_id = had.customer_id AND names.customer_id <> ''
    CROSS JOIN refs held ON ${isOfAccount(sql`held`)} AND held.id = names.id
    WHERE ${isAnother}
    UNION ALL
    SELECT 1 FROM had
    CROSS JOIN transfers earlier INDEXED BY transfers_by_receiver ON ${isOfAccount(sql`earlier`)}
      AND earlier.to_customer = had.customer_id AND earlier.moved_at < had.until
    WHERE earlier.customer_id IS NOT ${ofCustomer} AND NOT EXISTS (
      SELECT 1 FROM refs INDEXED BY refs_by_customer
      WHERE ${isOfAccount(sql`refs`)} AND refs.customer_id = earlier.customer_id
    )
  )`
}
