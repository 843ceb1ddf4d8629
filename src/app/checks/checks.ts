import { type Problem, problemOf } from '../../contract/problems/problems.ts'
import type { Access } from '../../domain/entitlements/access.ts'
import { accessFrom } from '../../domain/user/snapshot.ts'
import { NO_DEMAND } from '../../edge/freshness.ts'
import { readMany } from '../../edge/read-many.ts'
import type { Evaluation, Reader } from '../../edge/reader.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { type FreshnessRequest, demandOf, problemOfReading, read } from './read.ts'
import { accessToWire, checkToWire, freshnessToWire } from '../wire/wire.ts'

interface ManyChecks extends Omit<FreshnessRequest, 'minVersion'> {
  readonly checks: readonly {
    readonly userId: string
    readonly feature: string
    readonly minVersion?: number | undefined
  }[]
}

export type Check = ReturnType<typeof checkToWire>

/** May this user use this feature? Throws `version_unknown` or `ledger_unavailable`. */
export async function checkAccess(
  reader: Reader,
  userId: string,
  feature: string,
  freshness: FreshnessRequest,
): Promise<Check> {
  return checkToWire(userId, feature, await read(reader, userId, freshness, ofFeature(feature)))
}

/** The check of whom this isolate remembers well enough, without so much as a promise; else `null`. */
export function checkRemembered(reader: Reader, userId: string, feature: string): Check | null {
  const reading = reader.remembered(userId, NO_DEMAND, ofFeature(feature))
  return reading === null ? null : checkToWire(userId, feature, reading)
}

/** Every feature of which something is recorded for the user. Throws as `checkAccess` does. */
export async function listAccess(reader: Reader, userId: string, freshness: FreshnessRequest) {
  const reading = await read(reader, userId, freshness, ofAllFeatures)
  const features = reading.answer.map(({ feature, access }) => accessToWire(feature, access))
  return { userId, features, ...freshnessToWire(reading) }
}

/**
 * A check or a problem for each, in the order of the checks: one that fails does not touch the others. However often a
 * user is named, they are asked for once.
 */
export async function checkMany(
  reader: Reader,
  { checks, ...freshness }: ManyChecks,
  requestId: string,
): Promise<{ readonly results: readonly (Check | Problem)[] }> {
  const questions = checks.map(({ userId, feature, minVersion }) => ({
    userId,
    demand: demandOf({ ...freshness, minVersion }),
    evaluate: ofFeature(feature),
  }))
  const readings = await readMany(reader, questions)
  const results = checks.map(({ userId, feature }, index) => {
    const reading = readings[index]
    if (reading?.status === 'fulfilled') return checkToWire(userId, feature, reading.value)
    return problemOfCheck(reading?.reason, requestId)
  })
  return { results }
}

function problemOfCheck(error: unknown, requestId: string): Problem {
  const problem = problemOfReading(error)
  if (!(problem instanceof ProblemError)) throw problem
  return problemOf(problem.code, requestId, problem.facts)
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
