import { type SQL, sql } from 'drizzle-orm'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'

// Statements that give sources to another user. The rows of their ids change at once; each source begins a move, which is
// carried out afterwards, as its ledgers have to hand it over.

/** One change of whose sources are: what it begins is found by this. */
export interface OwnerChange {
  readonly moveId: string
  readonly at: Instant
}

export function newOwnerChange(at: Instant): OwnerChange {
  return { moveId: `mov_${crypto.randomUUID()}`, at }
}

/** All from whom a source moves that moves already: its user may change again before the first move is carried out. */
export const ALL_FROM = sql`(SELECT json_group_array(DISTINCT value) FROM (
  SELECT value FROM json_each(source_moves.moving_from) UNION SELECT value FROM json_each(excluded.moving_from)
))`

/** Gives a source with all the ids that stand for it to another user, to nobody where that is `null`. */
export function changeUser(
  of: ProviderAccount,
  { sourceId, to }: { readonly sourceId: SourceId; readonly to: UserId | null },
  change: OwnerChange,
): readonly SQL[] {
  return changeUsers(oneSource(of, sourceId), to, change)
}

/** One source, as the queries that name several have them. */
export function oneSource({ provider, account }: ProviderAccount, sourceId: SourceId): SQL {
  return sql`SELECT ${provider} AS provider, ${account} AS account, ${sourceId} AS source_ref`
}

/** The sources that move with their customer: that name nobody, or were claimed before names were kept. */
export function movableOf(of: ProviderAccount, customerId: CustomerId): SQL {
  return sql`${sourcesOf(of, customerId)} AND (mine.keeps_names = 0 OR NOT ${isNamed(sql`mine`)})`
}

/** The sources of a customer that name nobody. Of those that were claimed before names were kept that is not known. */
export function unnamedOf(of: ProviderAccount, customerId: CustomerId): SQL {
  return sql`${sourcesOf(of, customerId)} AND mine.keeps_names = 1 AND NOT ${isNamed(sql`mine`)}`
}

/** The sources of a customer that name their user. */
export function namedOf(of: ProviderAccount, customerId: CustomerId): SQL {
  return sql`${sourcesOf(of, customerId)} AND mine.keeps_names = 1 AND ${isNamed(sql`mine`)}`
}

/** Whether the provider never transferred a customer. After a transfer, what names nobody is not the customer's by their link. */
export function isNotTransferred({ provider, account }: ProviderAccount, customerId: CustomerId): SQL {
  return sql`NOT EXISTS (
    SELECT 1 FROM transfers
    WHERE provider = ${provider} AND account = ${account} AND customer_id = ${customerId})`
}

/** All sources that were claimed under a customer. */
export function sourcesOf({ provider, account }: ProviderAccount, customerId: CustomerId): SQL {
  return sql`SELECT DISTINCT mine.provider, mine.account, mine.source_ref FROM refs mine INDEXED BY refs_by_customer
    WHERE mine.provider = ${provider} AND mine.account = ${account} AND mine.customer_id = ${customerId}`
}

/** Whether a name was told by any of the ids that stand for the source of a row of purchase ids. */
function isNamed(row: SQL): SQL {
  return sql`EXISTS (
    SELECT 1 FROM refs alias INDEXED BY refs_by_source
    CROSS JOIN names ON names.provider = alias.provider AND names.account = alias.account AND names.id = alias.id
    WHERE alias.provider = ${row}.provider AND alias.account = ${row}.account AND alias.source_ref = ${row}.source_ref
  )`
}

/** The same for all sources that a query names: those that are the user's already stay as they are. */
export function changeUsers(sources: SQL, to: UserId | null, { moveId, at }: OwnerChange): readonly SQL[] {
  const user = to ?? ''
  const others = sql`SELECT DISTINCT refs.provider, refs.account, refs.source_ref, refs.user_id
    FROM (${sources}) chosen
    CROSS JOIN refs INDEXED BY refs_by_source ON refs.provider = chosen.provider
      AND refs.account = chosen.account AND refs.source_ref = chosen.source_ref
    WHERE refs.user_id <> ${user}`
  return [
    // Whoever had it since the last move that was carried out is kept.
    sql`
      INSERT INTO source_moves (provider, account, source_ref, move_id, moving_from, due_at)
      SELECT provider, account, source_ref, ${moveId},
        iif(user_id = '', '[]', json_array(user_id)), ${at}
      FROM (${others}) other WHERE user_id <> '' OR EXISTS (
        SELECT 1 FROM source_moves withheld WHERE withheld.provider = other.provider
          AND withheld.account = other.account AND withheld.source_ref = other.source_ref
      )
      ON CONFLICT (provider, account, source_ref) DO UPDATE SET
        move_id = excluded.move_id,
        due_at = excluded.due_at,
        moving_from = ${ALL_FROM}`,
    sql`
      UPDATE refs INDEXED BY refs_by_source SET user_id = ${user} WHERE (provider, account, source_ref) IN (
        SELECT provider, account, source_ref FROM (${others}) other
      )`,
  ]
}
