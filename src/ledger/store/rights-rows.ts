import { type SQL, sql } from 'drizzle-orm'
import { isMetered } from '../../domain/entitlements/feature.ts'
import type { Entitlement } from '../../domain/entitlements/entitlement.ts'
import type { Note } from '../../domain/user/entry.ts'
import type { UsageRecord } from '../../domain/user/user-state.ts'
import type { EntitlementId } from '../../domain/values/ids.ts'
import { type JsonRow, type Part, jsonListOf, jsonOf, rowOf, rowsOf } from '../../platform/json-rows.ts'
import { entitlements, entries, lots, notes, sources } from '../../schema/user-tables.ts'
import { PLACES } from './look-ups/placeholders.ts'
import { rowToEntitlement } from './entitlement-row.ts'
import { spentCondition } from './spent-condition.ts'
import { type LotRow, rowToUsage } from './usage/usage-rows.ts'

/** The rights of a user. A stand-in is the newest of several spent lots that stand alike, with the amounts of all of them. */
interface Rights {
  readonly entitlements: ReadonlyMap<EntitlementId, Entitlement>
  readonly usage: ReadonlyMap<EntitlementId, UsageRecord>
  readonly standIns: ReadonlySet<EntitlementId>
}

/** What rows of rights amount to. */
export function rightsIn(rows: readonly JsonRow[]): Rights {
  const standIns = new Set<EntitlementId>()
  const usage = new Map<EntitlementId, UsageRecord>()
  const found = rowsOf(rows, 'right') as readonly RightRow[]
  const all = found.map(({ entitlement: list, lot, note, count, amount }): readonly [string, Entitlement] => {
    const metadata = note === null ? null : ((JSON.parse(note) as Note).metadata ?? null)
    const entitlement = rowToEntitlement(rowOf(entitlements, list), metadata)
    const { id, allowance } = entitlement
    const used = lot === null ? null : rowToUsage(lot)
    if (used !== null) usage.set(id, count > 1 ? { ...used, used: amount } : used)
    if (count === 1 || !isMetered(allowance)) return [id, entitlement]
    standIns.add(id)
    return [id, { ...entitlement, allowance: { ...allowance, amount } }]
  })
  return { entitlements: new Map(all), usage, standIns }
}

interface RightRow {
  /** As `rowOf` takes it. */
  readonly entitlement: readonly unknown[]
  /** `null` where nothing was ever used of it. */
  readonly lot: LotRow | null
  /** The text of its note. */
  readonly note: string | null
  /** For how many rights it stands, and what they gave together. */
  readonly count: number
  readonly amount: number
}

/** In the order of `byPrecedence`, as a text; a number there is one that JSON holds exactly, and less than 10^16. */
const precedence = sql`printf('%020d%020d%s', 10000000000000000 - ${entitlements.priority}, 10000000000000000 - coalesce(
  ${entitlements.startsAt}, CASE ${entitlements.provider} WHEN 'api' THEN ${entitlements.createdAt} ELSE ${sql.raw(String(Number.MIN_SAFE_INTEGER))} END
), ${entitlements.id})`

/** What spent lots that are one row have in common: those given by hand, and those that were bought, by themselves. */
const standing = sql`json_array(${entitlements.feature}, ${entitlements.provider} = 'api', ${entitlements.endsAt},
  ${entitlements.graceEndsAt}, ${entitlements.trial}, ${entitlements.suspendedAt}, ${entitlements.revokedAt}, ${entitlements.held})`

/** What was used of a subscription's lots is shared among these, and each is looked at by itself. */
const IS_OF_ORDER = sql`EXISTS (SELECT 1 FROM ${sources} WHERE ${sources.userId} = ${entitlements.userId}
  AND ${sources.provider} = ${entitlements.provider} AND ${sources.account} = ${entitlements.account}
  AND ${sources.ref} = ${entitlements.sourceRef} AND ${sources.register} ->> '$.subscription' IS NULL)`

const IS_BY_HAND = sql`(${entitlements.provider} = 'api' AND ${entitlements.product} IS NULL)`

/** Which rights commands name: by themselves, or as what an earlier consumption took from. */
function isNamed(id: SQL): SQL {
  return sql`(${id} IN ${PLACES.entitlements} OR ${id} IN (SELECT take.value ->> '$.entitlementId'
    FROM ${entries}, json_each(${entries.bytes}, '$.data.takes') AS take
    WHERE ${entries.userId} = ${PLACES.userId} AND ${entries.seq} IN ${PLACES.seqs}))`
}

/**
 * A user's rights, each with what was used of it and with its note; spent lots that stand alike are one row. What a command
 * wants is a row of its own.
 *
 * Those are left out that `isSpent` and may stand for others as `withSpentAsOne` asks. One that could be among these and is not
 * is loaded by itself, and nothing is different.
 */
function rights({ ofOrders, scope }: { readonly ofOrders: SQL; readonly scope: SQL }): Part {
  const isSpent = sql`${spentCondition(PLACES.userId)} AND coalesce(${entitlements.startsAt}, 0) <= ${entitlements.createdAt}
    AND (${IS_BY_HAND}${ofOrders})`
  return {
    // The columns beside a min() are those of its row (https://www.sqlite.org/lang_select.html#bareagg): the first by precedence.
    // For nothing else is `first` there.
    json: sql`json_object('entitlement', ${jsonListOf(entitlements)}, 'lot', iif(${lots.userId} IS NULL, NULL, ${jsonOf(lots)}),
      'note', ${notes.json}, 'count', count(*), 'amount', CAST(total(${entitlements.allowance} ->> '$.amount') AS INTEGER),
      'first', min(${precedence}))`,
    from: sql`${entitlements}
      LEFT JOIN ${lots} ON ${lots.userId} = ${entitlements.userId} AND ${lots.entitlementId} = ${entitlements.id}
      LEFT JOIN ${notes} ON ${notes.userId} = ${entitlements.userId} AND ${notes.seq} = ${entitlements.metadataSeq}
      WHERE ${entitlements.userId} = ${PLACES.userId}${scope}
      GROUP BY CASE WHEN ${isSpent} AND NOT ${isNamed(sql`${entitlements.id}`)} THEN ${standing} ELSE ${entitlements.id} END`,
  }
}

const NOTHING = sql``
const OR_OF_ORDER = sql` OR ${IS_OF_ORDER}`

export const RIGHTS = rights({ ofOrders: OR_OF_ORDER, scope: NOTHING })

/** The same where what was bought is settled or released: lots that were bought are rows of their own. */
export const RIGHTS_BOUGHT_APART = rights({ ofOrders: NOTHING, scope: NOTHING })

/** Of the features alone that what is wanted gives. */
export const RIGHTS_NAMED = rights({
  ofOrders: OR_OF_ORDER,
  scope: sql` AND ${entitlements.feature} IN (SELECT feature FROM entitlements WHERE user_id = ${PLACES.userId} AND ${isNamed(sql`id`)})`,
})
