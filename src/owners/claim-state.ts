import { type SQL, sql } from 'drizzle-orm'
import type { Name } from '../domain/purchases/owners/named-user.ts'
import type { Transfer } from '../domain/purchases/owners/transfer.ts'
import type { Instant } from '../domain/values/instant.ts'
import { hasOthers } from './has-others.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import { rowOf } from '../schema/row-of.ts'

/** What a claim asks about: ids of one purchase, and its customer as far as it is told. */
export interface ClaimQuestion {
  readonly ids: readonly string[]
  readonly customerId: string | null
}

/** A name as it is told, with the id of the purchase that it names. */
export interface NameClaim extends Name {
  readonly id: string
  /** Empty where no customer was told with it. */
  readonly customerId: string
  /** When it was told; of what payloads say, the first time that one does. */
  readonly toldAt: Instant
}

/** A transfer, and how clear it is what it took. */
export interface TransferClaim extends Transfer {
  /** Empty where none was told. */
  readonly store: string
  readonly takesAll: 0 | 1
  /** Whether they had another purchase of that store: then nobody says which of them was restored. */
  readonly hasOthers: 0 | 1
}

/** A name as it is kept. */
export interface NameRow extends NameClaim {
  /** Of a purchase whose store is told, when it was told last; else as `toldAt`. */
  readonly lastToldAt: Instant
}

/** All that decides whose a purchase is. */
export interface ClaimState {
  readonly source: {
    readonly sourceId: string
    /** Empty while it is nobody's. */
    readonly userId: string
    readonly customerId: string | null
    readonly keepsNames: 0 | 1
    /** Empty where none was told. */
    readonly store: string
  } | null
  readonly names: readonly NameRow[]
  readonly customer: {
    readonly id: string
    readonly userId: string | null
    readonly byNames: 0 | 1
    readonly movedAt: Instant | null
  } | null
  /** All that may concern it: from its customers, and from whom they were transferred to. */
  readonly transfers: readonly TransferClaim[]
  /** The first and the last of the users whom purchases of the customer name. */
  readonly usersOfCustomer: readonly [string | null, string | null]
}

/**
 * The state of a claim as one text: to be decided on, and to be compared with in the batch that writes what was
 * decided. The first id that is known says which source it is.
 *
 * Each id is looked up: a plain `JOIN` may go through all that the provider has
 * (https://sqlite.org/optoverview.html#crossjoin).
 */
export function claimState(of: ProviderAccount, { ids, customerId }: ClaimQuestion): SQL<string> {
  const asked = JSON.stringify(ids)
  const ofCustomer = sql`coalesce(${customerId}, (SELECT customer_id FROM owner))`
  const isOfAccount = rowOf(of)
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
