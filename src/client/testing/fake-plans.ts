import type { ChangePlanAsked, GivePlanAsked, PlanAnswer } from '../wire.ts'
import { isoOf } from './fake-clock.ts'
import { fakeProblem } from './fake-problem.ts'
import { type FakeRight, instantOf, newRight } from './fake-rights.ts'
import type { FakeState } from './fake-state.ts'
import type { FakePlan, FakeUser } from './fake-user.ts'

interface OfUser {
  readonly userId: string
}
type OfPlan = OfUser & { readonly sourceRef: string }
type Terms = Pick<FakePlan, 'sourceRef' | 'product' | 'quantity' | 'startsAt' | 'endsAt'>

export function givePlan(
  state: FakeState,
  asked: GivePlanAsked & OfUser & { readonly idempotencyKey?: string },
): PlanAnswer {
  const { userId, product, quantity = 1, startsAt, endsAt, idempotencyKey = '' } = asked
  const { sourceRef = idempotencyKey } = asked
  if (state.user(userId).plans.has(sourceRef)) throw fakeProblem('plan_exists', { sourceRef })
  const times = { startsAt: instantOf(startsAt) ?? isoOf(state.clock.now()), endsAt: instantOf(endsAt) }
  return settle(state, userId, { sourceRef, product, quantity, ...times }, [])
}

/** Another product takes back all that the one before gave. */
export function changePlan(
  state: FakeState,
  { userId, sourceRef, product, quantity = 1, endsAt }: ChangePlanAsked & OfPlan,
): PlanAnswer {
  const { isEnded, startsAt, rights } = planOf(state, { userId, sourceRef })
  if (isEnded) throw fakeProblem('plan_ended')
  return settle(state, userId, { sourceRef, product, quantity, startsAt, endsAt: instantOf(endsAt) }, rights)
}

export function endPlan(state: FakeState, { userId, sourceRef }: OfPlan): PlanAnswer {
  const { isEnded, product, quantity, startsAt, rights } = planOf(state, { userId, sourceRef })
  if (isEnded) throw fakeProblem('plan_ended')
  const endsAt = isoOf(state.clock.now())
  return settle(state, userId, { sourceRef, product, quantity, startsAt, endsAt }, rights, true)
}

/** One plan. Throws where there is none. */
export function planAnswer(state: FakeState, asked: OfPlan): PlanAnswer {
  return answerOf(planOf(state, asked), state.clock.now())
}

export function planAnswers(state: FakeState, { userId }: OfUser): readonly PlanAnswer[] {
  return [...state.user(userId).plans.values()].map((plan) => answerOf(plan, state.clock.now()))
}

function planOf(state: FakeState, { userId, sourceRef }: OfPlan): FakePlan {
  const plan = state.user(userId).plans.get(sourceRef)
  if (plan === undefined) throw fakeProblem('plan_not_found')
  return plan
}

function answerOf({ isEnded, rights, ...terms }: FakePlan, nowMs: number): PlanAnswer {
  const { startsAt, endsAt } = terms
  const now = isoOf(nowMs)
  const isOver = endsAt !== null && endsAt <= now
  const begun = startsAt !== null && now < startsAt ? 'scheduled' : 'active'
  const state = isEnded ? 'ended' : isOver ? 'expired' : begun
  return { ...terms, state, entitlements: rights.map(({ id }) => id) }
}

/** Records the terms of a plan, gives what it gives by them, and takes back what it gave besides. */
function settle(
  state: FakeState,
  userId: string,
  terms: Terms,
  before: readonly FakeRight[],
  isEnded = false,
): PlanAnswer {
  const { sourceRef, product } = terms
  const user = state.user(userId)
  const gives = state.gives(product)
  if (gives === null) throw fakeProblem('product_unknown')
  const now = isoOf(state.clock.now())
  const version = user.record('source_settled', now, { sourceRef })
  const kept = before.filter(({ source }) => source.product === product)
  const rights =
    kept.length > 0
      ? kept.map((right) => giveAnew(user, right, terms, now))
      : gives.map((one) => {
          const asked = typeof one === 'string' ? { feature: one } : one
          const seq = user.record('entitlement_given', now, { feature: asked.feature })
          return newRight(userId, { ...asked, ...terms }, { seq, nowMs: state.clock.now(), product })
        })
  for (const { id } of before.filter((right) => !kept.includes(right))) {
    user.record('entitlement_withdrawn', now, { entitlementId: id })
  }
  user.rights = [...user.rights.filter((right) => !before.includes(right)), ...rights]
  const plan = { userId, ...terms, version, isEnded, rights }
  user.plans.set(sourceRef, plan)
  return answerOf(plan, state.clock.now())
}

function giveAnew(user: FakeUser, right: FakeRight, { startsAt, endsAt }: Terms, now: string): FakeRight {
  if (right.startsAt === startsAt && right.endsAt === endsAt) return right
  const version = user.record('entitlement_given', now, { entitlementId: right.id })
  return Object.assign(right, { startsAt, endsAt, version })
}
