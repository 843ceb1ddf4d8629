import type { Access } from '../../domain/entitlements/access.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import { type AnswerKind, NO_DEMAND } from '../../edge/freshness.ts'
import type { Reader } from '../../edge/reader.ts'
import type { Evaluation } from '../../edge/reading.ts'
import { checkToWire } from '../wire/wire.ts'
import { type FreshnessRequest, read } from './read.ts'

export type Check = ReturnType<typeof checkToWire>

export interface AmountRequest {
  /** Of what is not metered it is ignored: 1 when left out. */
  readonly amount?: number | undefined
}

/** May this user use this feature? Throws `version_unknown` or `ledger_unavailable`. */
export async function checkAccess(
  reader: Reader,
  userId: UserId,
  feature: FeatureKey,
  { amount, ...freshness }: FreshnessRequest & AmountRequest,
): Promise<Check> {
  const question = ofFeature(feature, amount)
  const reading = await read(reader, userId, { ...freshness, features: [feature] }, question)
  return checkToWire(userId, feature, reading)
}

/** The same where this isolate remembers the user well enough, without so much as a promise; else `null`. */
export function checkRemembered(reader: Reader, userId: UserId, feature: FeatureKey): Check | null {
  const reading = reader.remembered(userId, NO_DEMAND, ofFeature(feature))
  return reading === null ? null : checkToWire(userId, feature, reading)
}

/** The question of a check: may so much of a feature be used? */
export function ofFeature(feature: FeatureKey, amount = 1): Evaluation<Access> {
  return {
    alone: (catalog, userId, rules) => rules.accessByCatalogAlone(catalog, feature, userId),
    of: ({ snapshot, catalog: copy, rules }, now) => {
      const access =
        copy === null
          ? rules.accessFrom(snapshot, feature, now, amount)
          : rules.accessBy(snapshot, copy.catalog, feature, now, amount)
      return { answer: access, kind: kindOf(access), isLasting: access.balance === undefined }
    },
  }
}

function kindOf({ allowed, value }: Access): AnswerKind {
  if (!allowed) return 'no'
  return value === undefined ? 'yes' : 'value'
}
