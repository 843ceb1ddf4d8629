import type { CheckAnswer, ChecksAnswer, FreshnessAsked, OneCheckAsked, ProblemAnswer } from '../wire.ts'
import { accessOf, freshnessOf, rankOf } from './fake-access.ts'
import { fakeProblem, problemFor } from './fake-problem.ts'
import type { FakeState } from './fake-state.ts'
import type { FakeUser } from './fake-user.ts'

/** A user of whom nothing is asked that is still to come. Throws where it is. */
export function knownUser(
  state: FakeState,
  { userId, minVersion = 0 }: Pick<FreshnessAsked, 'minVersion'> & { readonly userId: string },
): FakeUser {
  const user = state.user(userId)
  if (minVersion > user.version) throw fakeProblem('version_unknown', { version: user.version })
  return user
}

/** Of one user, or of several the first yes, else the nearest miss. */
export function check(state: FakeState, asked: OneCheckAsked): CheckAnswer {
  const { userId = '', anyOf = [userId], minVersion } = asked
  const answers = anyOf.map((id) => checkOf(state, knownUser(state, { userId: id, minVersion }), asked))
  const [nearest] = answers.toSorted((a, b) => rankOf(a.reason) - rankOf(b.reason))
  const answer = answers.find(({ allowed }) => allowed) ?? nearest
  if (answer === undefined) throw fakeProblem('malformed_request')
  return answer
}

/** Of many, each of its own: what is wrong with one is answered in its place. */
export function checkMany(
  state: FakeState,
  { checks }: { readonly checks: readonly OneCheckAsked[] },
): ChecksAnswer {
  return { results: checks.map((one) => problemOf(state, one) ?? check(state, one)) }
}

function problemOf(state: FakeState, { userId, anyOf, minVersion = 0 }: OneCheckAsked): ProblemAnswer | null {
  if ((userId === undefined) === (anyOf === undefined)) return problemFor('malformed_request')
  if (userId === undefined) return null
  const { version } = state.user(userId)
  return minVersion > version ? problemFor('version_unknown', { version }) : null
}

function checkOf(state: FakeState, user: FakeUser, { feature: key, amount }: OneCheckAsked): CheckAnswer {
  const nowMs = state.clock.now()
  const feature = state.feature(key)
  const access =
    feature === null
      ? { feature: key, allowed: false, reason: 'unknown_feature', entitlements: [], nextChangeAt: null }
      : accessOf(user, feature, nowMs, amount)
  return { userId: user.id, ...access, ...freshnessOf(user, nowMs) }
}
