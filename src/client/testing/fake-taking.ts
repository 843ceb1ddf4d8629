import type { ConsumeAsked } from '../wire.ts'
import { accessOf } from './fake-access.ts'
import { type FakePossession, possessionOf } from './fake-holders.ts'
import { balanceOf, lotsOf, takesFrom } from './fake-lots.ts'
import { fakeProblem } from './fake-problem.ts'
import type { FakeState } from './fake-state.ts'
import type { FakeSpending, FakeTake } from './fake-user.ts'

interface Taking {
  readonly feature: string
  readonly amount: number
  readonly takes: readonly FakeTake[]
  readonly holder: string | null
  /** What its holder has of a held feature already, in the same way: then nothing is taken. */
  readonly has: FakeSpending | null
}

/** What is to be taken of a feature, for good or for a while. Throws where it may not be. */
export function takingOf(
  state: FakeState,
  { userId, feature: key, amount = 1, holder }: ConsumeAsked & { readonly userId: string },
  way: FakePossession['way'],
): Taking {
  const user = state.user(userId)
  const nowMs = state.clock.now()
  const feature = state.feature(key)
  if (feature === null) throw fakeProblem('feature_unknown')
  if (feature.type !== 'metered') throw fakeProblem('feature_not_metered')
  const taking = { feature: key, amount, holder: holder ?? null }
  const possession = possessionOf(user, feature, holder, nowMs)
  if (possession !== null) {
    const { one, holds } = possession
    if (possession.way === way && holds === amount) return { ...taking, takes: [], has: one }
    const id = { [possession.way === 'lease' ? 'reservationId' : 'consumptionId']: one.id }
    throw fakeProblem('holder_exists', { holds, ...id })
  }
  if (feature.isHeld && holder === undefined) throw fakeProblem('holder_missing')
  const balance = balanceOf(user, feature, nowMs)
  if (lotsOf(user, feature, nowMs).length === 0 || amount > balance.remaining) {
    throw fakeProblem('insufficient_balance', { amount, ...accessOf(user, feature, nowMs), balance })
  }
  return { ...taking, takes: takesFrom(user, feature, amount, nowMs), has: null }
}
