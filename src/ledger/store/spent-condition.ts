import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { UserId } from '../../domain/values/ids.ts'
import { entitlements, lots, reservations } from '../../schema/user-tables.ts'

/** Whether a user's entitlement, beside its lot, `isSpent`. Of one without a lot it is `NULL`. */
export function spentCondition(userId: UserId | Placeholder): SQL {
  const isNull = (member: string) =>
    sql`json_type(${entitlements.allowance}, ${sql.raw(`'$.${member}'`)}) = 'null'`
  const isHeld = sql`${entitlements.id} IN (SELECT take.value ->> '$.entitlementId'
    FROM ${reservations}, json_each(${reservations.takes}) AS take WHERE ${reservations.userId} = ${userId})`
  return sql`${lots.used} = ${entitlements.allowance} ->> '$.amount' AND ${lots.forgiven} = 0 AND ${lots.carried} = 0
    AND ${lots.period} IS NULL AND ${lots.name} IS NULL AND ${lots.others} = '[]' AND ${entitlements.withdrawn} = 0
    AND ${isNull('reset')} AND ${isNull('period')} AND ${entitlements.allowance} ->> '$.overage' = 'deny' AND NOT (${isHeld})`
}
