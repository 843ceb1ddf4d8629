import { type SQL, and, eq, getTableColumns, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { isMetered } from '../../domain/entitlements/feature.ts'
import type { Entitlement } from '../../domain/entitlements/entitlement.ts'
import type { Note } from '../../domain/user/entry.ts'
import type { UsageRecord } from '../../domain/user/user-state.ts'
import type { EntitlementId, UserId } from '../../domain/values/ids.ts'
import { inList } from '../../platform/in-list.ts'
import { entitlements, entries, lots, notes, sources } from '../../schema/user-tables.ts'
import { rowToEntitlement } from './entitlement-row.ts'
import type { LookUpRequest } from './memory.ts'
import { spentCondition } from './spent-condition.ts'
import { rowToUsage } from './usage/usage-rows.ts'

type Wanted = Pick<LookUpRequest, 'entitlements' | 'seqs' | 'bought'>

/** The rights of a user. A stand-in is the newest of several spent lots that stand alike, with the amounts of all of them. */
interface Rights {
  readonly entitlements: ReadonlyMap<EntitlementId, Entitlement>
  readonly usage: ReadonlyMap<EntitlementId, UsageRecord>
  readonly standIns: ReadonlySet<EntitlementId>
}

/**
 * A user's rights, each with what was used of it and with its note; spent lots that stand alike are one row. What a command
 * wants is a row of its own. Where `isAll` is not set, only the features are read that what is wanted gives.
 *
 * Those are left out that `isSpent` and may stand for others as `withSpentAsOne` asks. One that could be among these and is not
 * is loaded by itself, and nothing is different.
 */
export function rightsQuery(d1: D1Database, userId: UserId, wanted: Wanted, isAll: boolean) {
  const isNamed = namedBy(userId, wanted)
  const inScope =
    isAll || wanted.bought
      ? undefined
      : sql`${entitlements.feature} IN (SELECT feature FROM entitlements WHERE user_id = ${userId} AND (${isNamed(sql`id`)}))`
  return drizzle(d1)
    .select({
      entitlement: entitlements,
      lot: lotColumns,
      note: notes.json,
      count: sql<number>`count(*)`,
      amount: sql<number>`total(${entitlements.allowance} ->> '$.amount')`,
      // The columns beside a min() are those of its row (https://www.sqlite.org/lang_select.html#bareagg): the first by precedence.
      first: sql`min(${precedence})`,
    })
    .from(entitlements)
    .leftJoin(lots, and(eq(lots.userId, entitlements.userId), eq(lots.entitlementId, entitlements.id)))
    .leftJoin(notes, and(eq(notes.userId, entitlements.userId), eq(notes.seq, entitlements.metadataSeq)))
    .where(and(eq(entitlements.userId, userId), inScope))
    .groupBy(
      sql`CASE WHEN ${isSpentOf(userId, wanted)} AND NOT (${isNamed(sql`${entitlements.id}`)}) THEN ${standing} ELSE ${entitlements.id} END`,
    )
}

/** What rows of rights amount to. */
export function rightsIn(rows: Awaited<ReturnType<typeof rightsQuery>>): Rights {
  const standIns = new Set<EntitlementId>()
  const usage = new Map<EntitlementId, UsageRecord>()
  const all = rows.map(({ entitlement: row, lot, note, count, amount }): readonly [string, Entitlement] => {
    const metadata = note === null ? null : ((JSON.parse(note) as Note).metadata ?? null)
    const entitlement = rowToEntitlement(row, metadata)
    const { id, allowance } = entitlement
    const used = lot === null ? null : rowToUsage(lot)
    if (used !== null) usage.set(id, count > 1 ? { ...used, used: amount } : used)
    if (count === 1 || !isMetered(allowance)) return [id, entitlement]
    standIns.add(id)
    return [id, { ...entitlement, allowance: { ...allowance, amount } }]
  })
  return { entitlements: new Map(all), usage, standIns }
}

const { userId: _userId, entitlementId: _entitlementId, used, ...ofLot } = getTableColumns(lots)

/**
 * D1 tells the rows of a batch by the names of their columns, and rights have a version of their own. Drizzle goes by the first
 * column whether there is a row at all.
 */
const lotColumns = { used, ...ofLot, version: sql<number>`${lots.version}`.as('lot_version') }

/** In the order of `byPrecedence`, as a text; a number there is one that JSON holds exactly, and less than 10^16. */
const precedence = sql`printf('%020d%020d%s', 10000000000000000 - ${entitlements.priority}, 10000000000000000 - coalesce(
  ${entitlements.startsAt}, CASE ${entitlements.provider} WHEN 'api' THEN ${entitlements.createdAt} ELSE ${sql.raw(String(Number.MIN_SAFE_INTEGER))} END
), ${entitlements.id})`

/** What spent lots that are one row have in common: those given by hand, and those that were bought, by themselves. */
const standing = sql`json_array(${entitlements.feature}, ${entitlements.provider} = 'api', ${entitlements.endsAt},
  ${entitlements.graceEndsAt}, ${entitlements.trial}, ${entitlements.suspendedAt}, ${entitlements.revokedAt}, ${entitlements.held})`

function isSpentOf(userId: UserId, { bought }: Wanted): SQL {
  // What was used of a subscription's lots is shared among these, and each is looked at by itself.
  const isOfOrder = sql`EXISTS (SELECT 1 FROM ${sources} WHERE ${sources.userId} = ${entitlements.userId}
    AND ${sources.provider} = ${entitlements.provider} AND ${sources.account} = ${entitlements.account}
    AND ${sources.ref} = ${entitlements.sourceRef} AND ${sources.register} ->> '$.subscription' IS NULL)`
  return sql`${spentCondition(userId)} AND coalesce(${entitlements.startsAt}, 0) <= ${entitlements.createdAt}
    AND ((${entitlements.provider} = 'api' AND ${entitlements.product} IS NULL)${bought ? sql`` : sql` OR ${isOfOrder}`})`
}

/** Which rights commands name: by themselves, or as what an earlier consumption took from. */
function namedBy(userId: UserId, { entitlements: ids, seqs }: Wanted): (id: SQL) => SQL {
  return (id) => {
    const byId = ids.length === 0 ? sql`0` : inList(id, ids)
    if (seqs.length === 0) return byId
    return sql`${byId} OR ${id} IN (SELECT take.value ->> '$.entitlementId'
      FROM ${entries}, json_each(${entries.bytes}, '$.data.takes') AS take
      WHERE ${entries.userId} = ${userId} AND ${inList(entries.seq, seqs)})`
  }
}
