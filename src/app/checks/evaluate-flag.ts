import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import type { Reader } from '../../edge/reader.ts'
import type { Evaluation } from '../../edge/reading.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { ofFeature } from './check-access.ts'
import { type Flag, flagOf } from './flag-of.ts'
import type { FeatureAccess } from './list-access.ts'
import { read } from './read.ts'

/** A check of one feature, as a flag. Throws `feature_not_found` where a check says `unknown_feature`, else as a check does. */
export async function evaluateFlag(reader: Reader, userId: UserId, feature: FeatureKey): Promise<Flag> {
  const reading = await read(reader, userId, { features: [feature] }, ofFlag(feature))
  const { answer } = reading
  if (answer.access.reason === 'unknown_feature') {
    throw new ProblemError('feature_not_found', { detail: `The catalog has no "${feature}"` })
  }
  return flagOf(answer, reading)
}

/** The question of a check, and of which type the feature is. */
function ofFlag(feature: FeatureKey): Evaluation<FeatureAccess> {
  const { of, alone } = ofFeature(feature)
  return {
    alone: (catalog, userId, rules) => {
      const access = alone?.(catalog, userId, rules) ?? null
      return access && { feature, type: catalog.features.get(feature)?.type, access }
    },
    of: (found, now) => {
      const { answer: access, ...judged } = of(found, now)
      const type = found.catalog?.catalog.features.get(feature)?.type
      return { ...judged, answer: { feature, type, access } }
    },
  }
}
