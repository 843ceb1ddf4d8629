import type { Access } from '../../domain/entitlements/access.ts'
import { REASONS } from '../../domain/entitlements/state.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import { readMany } from '../../edge/read-many.ts'
import type { Reader } from '../../edge/reader.ts'
import type { SnapshotReading } from '../../edge/reading.ts'
import { checkToWire } from '../wire/wire.ts'
import { type Check, ofFeature } from './check-access.ts'
import { type FreshnessRequest, demandOf, problemOfReading } from './read.ts'

type OfUser = PromiseSettledResult<SnapshotReading<Access>>

/** The first of these users who may use this feature, or the nearest miss. Throws as a check does, where nobody is known to. */
export async function checkAny(
  reader: Reader,
  users: readonly UserId[],
  feature: FeatureKey,
  freshness: FreshnessRequest,
): Promise<Check> {
  const demand = demandOf({ ...freshness, features: [feature] })
  const evaluation = ofFeature(feature)
  for (const userId of users) {
    const reading = reader.remembered(userId, demand, evaluation)
    if (reading === null) break
    if (reading.answer.allowed) return checkToWire(userId, feature, reading)
  }
  const readings = await readMany(
    reader,
    users.map((userId) => ({ userId, demand, evaluation })),
  )
  return firstToAllow(users, feature, readings)
}

/**
 * What is answered of several users: the first yes, though others are not known; else what kept one of them from being known;
 * else the nearest miss, of equal ones the first named. Throws that problem.
 */
export function firstToAllow(
  users: readonly UserId[],
  feature: FeatureKey,
  readings: readonly OfUser[],
): Check {
  let problem: unknown = null
  let nearest: { readonly userId: UserId; readonly reading: SnapshotReading<Access> } | null = null
  for (const [place, userId] of users.entries()) {
    const found = readings[place]
    if (found?.status !== 'fulfilled') {
      problem ??= problemOfReading(found?.reason)
      continue
    }
    const reading = found.value
    if (reading.answer.allowed) return checkToWire(userId, feature, reading)
    if (nearest === null || missOf(reading) < missOf(nearest.reading)) nearest = { userId, reading }
  }
  if (problem !== null || nearest === null) throw problem
  return checkToWire(nearest.userId, feature, nearest.reading)
}

/** How far an answer is from a yes, by the order of the table. */
function missOf({ answer }: SnapshotReading<Access>): number {
  return REASONS.indexOf(answer.reason)
}
