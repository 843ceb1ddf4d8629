import { type Problem, problemOf } from '../contract/problems.ts'
import type { Access } from '../domain/access.ts'
import { accessFrom } from '../domain/snapshot.ts'
import type { Evaluation, Reader } from '../edge/reader.ts'
import { ProblemError } from './problem-error.ts'
import { type AskedFreshness, demandOf, read } from './read.ts'
import { accessToWire, checkToWire, freshnessToWire } from './wire.ts'

interface ManyChecks extends Omit<AskedFreshness, 'minVersion'> {
  readonly checks: readonly {
    readonly userId: string
    readonly feature: string
    readonly minVersion?: number | undefined
  }[]
}

type Check = ReturnType<typeof checkToWire>

/** May this user use this feature? Throws `version_unknown` or `ledger_unavailable`. */
export async function checkAccess(
  reader: Reader,
  userId: string,
  feature: string,
  freshness: AskedFreshness,
): Promise<Check> {
  return checkToWire(userId, feature, await read(reader, userId, freshness, ofFeature(feature)))
}

/** Every feature of which something is recorded for the user. Throws as `checkAccess` does. */
export async function listAccess(reader: Reader, userId: string, freshness: AskedFreshness) {
  const reading = await read(reader, userId, freshness, ofAllFeatures)
  const features = reading.answer.map(({ feature, access }) => accessToWire(feature, access))
  return { userId, features, ...freshnessToWire(reading) }
}

/** A check or a problem for each, in the order of the checks: one that fails does not touch the others. */
export async function checkMany(
  reader: Reader,
  { checks, ...freshness }: ManyChecks,
  requestId: string,
): Promise<{ readonly results: readonly (Check | Problem)[] }> {
  const demand = demandOf(freshness)
  const results = checks.map(({ userId, feature, minVersion }) => {
    const asked = minVersion === undefined ? demand : { ...demand, minVersion }
    const reading = reader.remembered(userId, asked, ofFeature(feature))
    if (reading !== null) return Promise.resolve(checkToWire(userId, feature, reading))
    return checkOrProblem(reader, userId, feature, { ...freshness, minVersion }, requestId)
  })
  return { results: await Promise.all(results) }
}

async function checkOrProblem(
  reader: Reader,
  userId: string,
  feature: string,
  freshness: AskedFreshness,
  requestId: string,
): Promise<Check | Problem> {
  try {
    return await checkAccess(reader, userId, feature, freshness)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return problemOf(error.code, requestId, error.facts)
  }
}

/** The question of a check. */
export function ofFeature(feature: string): Evaluation<Access> {
  return (snapshot, now) => {
    const access = accessFrom(snapshot, feature, now)
    return { answer: access, isYes: access.allowed, isLasting: access.balance === undefined }
  }
}

/** A list says no of every feature that is not in it: so it has to be as fresh as a "no". */
const ofAllFeatures: Evaluation<readonly { feature: string; access: Access }[]> = (snapshot, now) => ({
  answer: Object.keys(snapshot.features).map((feature) => ({
    feature,
    access: accessFrom(snapshot, feature, now),
  })),
  isYes: false,
  isLasting: false,
})
