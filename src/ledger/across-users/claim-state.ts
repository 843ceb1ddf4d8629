import { type SQL, sql } from 'drizzle-orm'
import type { Name } from '../../domain/checkout/named-user.ts'
import type { Instant } from '../../domain/instant.ts'
import type { ProviderAccount } from './provider-account.ts'

/** What a claim asks about: ids of one purchase, and its customer as far as it is told. */
export interface Asked {
  readonly ids: readonly string[]
  readonly customerId: string | null
}

/** A name as it is told, with the id of the purchase that it names. */
export interface ToldName extends Name {
  readonly id: string
  /** Empty where no customer was told with it. */
  readonly customerId: string
  /** When it was told; of what payloads say, the first time that one does. */
  readonly toldAt: Instant
}

/** A name as it counts by now. */
export interface KeptName extends ToldName {
  /** As `Name` has it: 0 for what a payload says. */
  readonly toldAt: Instant
  readonly firstToldAt: Instant
}

/** All that decides whose a purchase is. */
export interface ClaimState {
  readonly source: {
    readonly sourceRef: string
    /** Empty while it is nobody's. */
    readonly userId: string
    readonly customerId: string | null
    readonly keepsNames: 0 | 1
  } | null
  readonly names: readonly KeptName[]
  readonly customer: {
    readonly id: string
    readonly userId: string | null
    readonly byNames: 0 | 1
    readonly movedAt: Instant | null
    /** Who is named by what named the customer's user before the customer was moved. */
    readonly renamedTo: string | null
  } | null
  /** The first and the last of the users whom purchases of the customer name. */
  readonly usersOfCustomer: readonly [string | null, string | null]
}

/**
 * The state of a claim as one text: to be decided on, and to be compared with in the batch that writes what was
 * decided. The first id that is known says which source it is. What was told of a customer since they were transferred
 * names whom it names.
 *
 * Each id is looked up: a plain `JOIN` may go through all that the provider has
 * (https://sqlite.org/optoverview.html#crossjoin).
 */
export function claimState({ provider, account }: ProviderAccount, { ids, customerId }: Asked): SQL<string> {
  const asked = JSON.stringify(ids)
  const ofCustomer = sql`coalesce(${customerId}, (SELECT customer_id FROM owner))`
  const isOfAccount = (table: SQL) => sql`${table}.provider = ${provider} AND ${table}.account = ${account}`
  const userNamed = (which: SQL) => sql`(
    SELECT ${which}(names.user_id) FROM names INDEXED BY names_by_customer
    WHERE ${isOfAccount(sql`names`)} AND names.customer_id = ${ofCustomer} AND names.customer_id <> '')`
  return sql<string>`(
    WITH owner AS (
      SELECT refs.source_ref, refs.user_id, refs.customer_id, refs.keeps_names
      FROM json_each(${asked}) first
      CROSS JOIN refs ON ${isOfAccount(sql`refs`)} AND refs.id = first.value
      ORDER BY first.key LIMIT 1
    )
    SELECT json_object(
      'source', json((
        SELECT json_object('sourceRef', source_ref, 'userId', user_id, 'customerId', customer_id, 'keepsNames', keeps_names)
        FROM owner
      )),
      'names', json((
        SELECT json_group_array(json_object(
          'id', names.id, 'rank', names.rank, 'userId', coalesce(customers.renamed_to, names.user_id),
          'customerId', names.customer_id, 'toldAt', iif(names.rank IN ('hand', 'moved'), names.told_at, 0),
          'firstToldAt', names.told_at))
        FROM (
          SELECT value AS id FROM json_each(${asked})
          UNION
          SELECT refs.id FROM owner
          CROSS JOIN refs INDEXED BY refs_by_source
            ON ${isOfAccount(sql`refs`)} AND refs.source_ref = owner.source_ref
        ) known
        CROSS JOIN names ON ${isOfAccount(sql`names`)} AND names.id = known.id
        LEFT JOIN customers ON ${isOfAccount(sql`customers`)} AND customers.customer_id = names.customer_id
          AND names.told_at < customers.moved_at
      )),
      'customer', json((
        SELECT json_object('id', customer_id, 'userId', user_id, 'byNames', by_names, 'movedAt', moved_at,
          'renamedTo', renamed_to)
        FROM customers WHERE ${isOfAccount(sql`customers`)} AND customer_id = ${ofCustomer}
      )),
      'usersOfCustomer', json_array(${userNamed(sql`min`)}, ${userNamed(sql`max`)})
    )
  )`
}
