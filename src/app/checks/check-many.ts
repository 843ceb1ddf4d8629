import { type Problem, problemOf } from '../../contract/problems/problems.ts'
import type { FeatureKey, Seq, UserId } from '../../domain/values/ids.ts'
import { readMany } from '../../edge/read-many.ts'
import type { Reader } from '../../edge/reader.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { checkToWire } from '../wire/wire.ts'
import { type Check, ofFeature } from './check-access.ts'
import { type FreshnessRequest, demandOf, problemOfReading } from './read.ts'

interface ManyChecks extends Omit<FreshnessRequest, 'minVersion'> {
  readonly checks: readonly {
    readonly userId: UserId
    readonly feature: FeatureKey
    readonly minVersion?: Seq | undefined
  }[]
}

/**
 * Returns a check or a problem for each, in the order of the checks: one that fails does not touch the others. However often a
 * user is named, they are asked for once.
 */
export async function checkMany(
  reader: Reader,
  { checks, ...freshness }: ManyChecks,
  requestId: string,
): Promise<{ readonly results: readonly (Check | Problem)[] }> {
  const questions = checks.map(({ userId, feature, minVersion }) => ({
    userId,
    demand: demandOf({ ...freshness, minVersion, features: [feature] }),
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
