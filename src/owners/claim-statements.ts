import { type SQLWrapper, sql } from 'drizzle-orm'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { PurchaseId, SourceId } from '../domain/values/ids.ts'
import { waitKey, wakeOfSources, wakeStatements } from '../inbox/waits.ts'
import {
  type OwnerChange,
  changeUser,
  changeUsers,
  isNotTransferred,
  oneSource,
  unnamedOf,
} from './change-user.ts'
import type { Claim } from './claim.ts'
import type { Decision, Link } from './decide-claim.ts'

// The third step of a claim: what was decided, written.

/** Statements that write what was decided of a claim, and wake the events that wait for it. */
export function claimStatements(
  d1: D1Database,
  of: ProviderAccount,
  claim: Claim,
  { before, sourceId, user, isClaimed, moves, names, link }: Decision,
  change: OwnerChange,
): SQLWrapper[] {
  const { provider, account } = of
  const { ids, customerId } = claim
  const all: SQLWrapper[] = []
  if (claim.isHandLifted) all.push(...liftHand(of, sourceId, ids))
  if (names.length > 0) {
    all.push(
      sql`
        INSERT INTO names (provider, account, id, rank, user_id, customer_id, told_at, last_told_at)
        SELECT ${provider}, ${account}, value ->> 'id', value ->> 'rank', value ->> 'userId', value ->> 'customerId',
          value ->> 'toldAt', value ->> 'toldAt'
        FROM json_each(${JSON.stringify(names)}) WHERE true
        ON CONFLICT DO UPDATE SET told_at = min(told_at, excluded.told_at),
          last_told_at = max(told_at, last_told_at, excluded.last_told_at)`,
    )
  }
  if (moves) all.push(...changeUser(of, { sourceId, to: user }, change))
  if (isClaimed) {
    const claimedUnder = before.source?.customerId ?? customerId
    all.push(
      sql`
        INSERT INTO refs (provider, account, id, user_id, source_ref, customer_id, keeps_names, store)
        SELECT ${provider}, ${account}, value, ${user ?? ''}, ${sourceId}, ${claimedUnder}, ${before.source?.keepsNames ?? 1},
          ${before.source?.store || claim.store || ''}
        FROM json_each(${JSON.stringify(ids)}) WHERE true
        ON CONFLICT DO NOTHING`,
    )
  }
  if (before.source !== null && customerId !== null) {
    // What was first claimed without a customer follows the customer once one is named.
    all.push(
      sql`
        UPDATE refs SET customer_id = ${customerId}
        WHERE provider = ${provider} AND account = ${account} AND customer_id IS NULL
          AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
    )
  }
  if (before.source !== null && before.source.store === '' && claim.store) {
    all.push(
      sql`UPDATE refs INDEXED BY refs_by_source SET store = ${claim.store}
        WHERE provider = ${provider} AND account = ${account} AND source_ref = ${sourceId}`,
    )
  }
  all.push(...linkStatements(d1, of, link, change))
  const keys = [...new Set([...ids, sourceId])].map(waitKey.purchase)
  all.push(...wakeStatements(d1, of, user === null ? [] : keys, change.at))
  if (moves && user !== null) all.push(...wakeOfSources(d1, of, oneSource(of, sourceId), change.at))
  return all
}

/** Forgets what was decided by hand of a purchase: from then on names decide, also of what was claimed before them. */
function liftHand(
  { provider, account }: ProviderAccount,
  sourceId: SourceId,
  ids: readonly PurchaseId[],
): SQLWrapper[] {
  const isOfSource = sql`provider = ${provider} AND account = ${account} AND source_ref = ${sourceId}`
  return [
    sql`
      DELETE FROM names WHERE provider = ${provider} AND account = ${account} AND rank = 'hand' AND id IN (
        SELECT value FROM json_each(${JSON.stringify(ids)})
        UNION SELECT id FROM refs INDEXED BY refs_by_source WHERE ${isOfSource}
      )`,
    sql`UPDATE refs INDEXED BY refs_by_source SET keeps_names = 1 WHERE ${isOfSource}`,
  ]
}

function linkStatements(d1: D1Database, of: ProviderAccount, link: Link, change: OwnerChange): SQLWrapper[] {
  if (link.type === 'same') return []
  const { provider, account } = of
  const { customerId } = link
  if (link.type === 'made') {
    return [
      sql`
        INSERT INTO customers (provider, account, customer_id, user_id, by_names)
        VALUES (${provider}, ${account}, ${customerId}, ${link.userId}, 1)
        ON CONFLICT (provider, account, customer_id) DO UPDATE SET user_id = excluded.user_id`,
      ...wakeStatements(d1, of, [waitKey.customer(customerId)], change.at),
    ]
  }
  // What names nobody was the customer's, who was the one user whom all names named. Now they name several.
  return [
    ...changeUsers(sql`${unnamedOf(of, customerId)} AND ${isNotTransferred(of, customerId)}`, null, change),
    sql`
      DELETE FROM customers
      WHERE provider = ${provider} AND account = ${account} AND customer_id = ${customerId} AND by_names = 1`,
  ]
}
