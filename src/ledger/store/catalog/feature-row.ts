import type { Feature, Spends } from '../../../domain/entitlements/feature.ts'
import type { features } from '../../../schema/catalog-tables.ts'

/** Returns what of a feature's row decides a check or a consumption. */
export function rowToFeature(row: typeof features.$inferSelect): Feature {
  const { key, type, overage, combine, archivedAt, disabledAt, held, windowMs, spends, overageMax } = row
  return {
    key,
    type,
    overage,
    combine,
    archived: archivedAt !== null,
    enabled: disabledAt === null,
    ...(held ? { held } : {}),
    ...(windowMs === null ? {} : { windowMs }),
    ...(spends === null ? {} : { spends: textToSpends(spends) }),
    ...(overageMax === null ? {} : { overageMax }),
  }
}

/** What a feature spends, in one order of members: two rows that say the same are the same. */
export function spendsToText({ feature, rate, requiresRight }: Spends): string {
  return JSON.stringify({ feature, rate: { amount: rate.amount, per: rate.per }, requiresRight })
}

/** What a feature spends, as its row has it. */
export function textToSpends(spends: string): Spends {
  return JSON.parse(spends) as Spends
}
