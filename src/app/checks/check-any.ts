import type { Access } from '../../domain/entitlements/access.ts'
import { REASONS } from '../../domain/entitlements/state.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import type { Reader } from '../../edge/reader.ts'
import type { SnapshotReading } from '../../edge/reading.ts'
import { checkToWire } from '../wire/wire.ts'
import { type AmountRequest, type Check, ofFeature } from './check-access.ts'
import { type FreshnessRequest, demandOf, problemOfReading } from './read.ts'

type OfUser = PromiseSettledResult<SnapshotReading<Access>>

/**
 * The first of these users who may use this feature, or the nearest miss. All are asked at once, and nobody behind the first
 * yes is waited for. Throws as a check does, where nobody is known to have one.
 */
export async function checkAny(
  reader: Reader,
  users: readonly UserId[],
  feature: FeatureKey,
  { amount, ...freshness }: FreshnessRequest & AmountRequest,
): Promise<Check> {
  const demand = demandOf({ ...freshness, features: [feature] })
  const evaluation = ofFeature(feature, amount)
  for (const userId of users) {
    const reading = reader.remembered(userId, demand, evaluation)
    if (reading === null) break
    if (reading.answer.allowed) return checkToWire(userId, feature, reading)
  }
  if (!demand.strong && users.length > 1) reader.askKvForMany(users)
  const asked = users.map((userId) => settled(reader.read(userId, demand, evaluation)))
  const readings: OfUser[] = []
  for (const reading of asked) {
    const found = await reading
    readings.push(found)
    if (found.status === 'fulfilled' && found.value.answer.allowed) break
  }
  return firstToAllow(users, feature, readings)
}

async function settled(work: Promise<SnapshotReading<Access>>): Promise<OfUser> {
  const [outcome] = await Promise.allSettled([work])
  return outcome
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
