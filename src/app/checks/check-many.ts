import { type Problem, problemOf } from '../../contract/problems/problems.ts'
import type { OneCheck } from '../../contract/schemas/checks.ts'
import { readMany } from '../../edge/read-many.ts'
import type { Reader } from '../../edge/reader.ts'
import { placesOf } from '../problems/places-of.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { type Check, ofFeature } from './check-access.ts'
import { firstToAllow } from './check-any.ts'
import { type FreshnessRequest, demandOf } from './read.ts'

interface ManyChecks extends Omit<FreshnessRequest, 'minVersion'> {
  readonly checks: readonly OneCheck[]
}

/** For the problems of single checks: the id of the request, and which part of it holds them. */
interface Asking {
  readonly requestId: string
  /** Whether the caller may be told of a user: what is asked of others is a problem in its place. */
  readonly reaches: (userId: string) => boolean
  readonly part: 'body' | 'input'
}

const BEYOND_REACH = 'The token is not for this user'

/**
 * Returns a check or a problem for each, in the order of the checks: one that fails does not touch the others. However often a
 * user is named, they are asked for once. One that is malformed, or about a user beyond reach, is asked of nobody.
 */
export async function checkMany(
  reader: Reader,
  { checks, ...freshness }: ManyChecks,
  { requestId, part, reaches }: Asking,
): Promise<{ readonly results: readonly (Check | Problem)[] }> {
  const isReached = ({ users }: WellFormed) => users.every(reaches)
  const questions = checks
    .filter(isWellFormed)
    .filter(isReached)
    .flatMap(({ users, feature, amount, minVersion }) =>
      users.map((userId) => ({
        userId,
        demand: demandOf({ ...freshness, minVersion, features: [feature] }),
        evaluation: ofFeature(feature, amount),
      })),
    )
  const readings = await readMany(reader, questions)
  let answered = 0
  const results = checks.map((check, index) => {
    if (!isWellFormed(check)) {
      const errors = placesOf([part, 'checks', index], check.issues)
      return problemOf('malformed_request', requestId, { errors })
    }
    if (!isReached(check)) return problemOf('forbidden', requestId, { detail: BEYOND_REACH })
    const { users, feature } = check
    const ofUsers = readings.slice(answered, answered + users.length)
    answered += users.length
    try {
      return firstToAllow(users, feature, ofUsers)
    } catch (error) {
      return problemOfCheck(error, requestId)
    }
  })
  return { results }
}

type WellFormed = Exclude<OneCheck, { readonly issues: unknown }>

function isWellFormed(check: OneCheck): check is WellFormed {
  return check.users !== undefined
}

function problemOfCheck(problem: unknown, requestId: string): Problem {
  if (!(problem instanceof ProblemError)) throw problem
  return problemOf(problem.code, requestId, problem.facts)
}
