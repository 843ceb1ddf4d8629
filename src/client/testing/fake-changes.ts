import type { ChangePlanAsked, GivePlanAsked, GrantAsked, PlanAnswer, UpdateAsked } from '../wire.ts'
import { isoOf } from './fake-clock.ts'
import { fakeProblem } from './fake-problem.ts'
import { type FakeRight, type FakeGrant, entitlementOf, instantOf, newRight } from './fake-rights.ts'
import type { FakePlan, FakeUser } from './fake-user.ts'

/** What each product gives. */
export type Products = Readonly<Record<string, readonly FakeGrant[]>>

/** One entitlement of a user. Throws where there is none. */
export function rightOf({ rights }: FakeUser, id: string): FakeRight {
  const right = rights.find((one) => one.id === id)
  if (right === undefined) throw fakeProblem('entitlement_not_found')
  return right
}

export function grant(
  user: FakeUser,
  asked: FakeGrant,
  nowMs: number,
  product: string | null = null,
): FakeRight {
  const terms: GrantAsked = typeof asked === 'string' ? { feature: asked } : asked
  const { feature, sourceRef } = terms
  const same = user.rights.find((one) => one.feature === feature && one.source.ref === sourceRef)
  if (same !== undefined) throw fakeProblem('entitlement_exists', { entitlementId: same.id })
  const seq = user.record('entitlement_created', isoOf(nowMs), { feature })
  const right = newRight(user.id, terms, { seq, nowMs, product })
  user.rights.push(right)
  return right
}

/** Changes an entitlement, unless it is revoked. */
function change(user: FakeUser, id: string, type: string, terms: Partial<FakeRight>, nowMs: number) {
  const right = rightOf(user, id)
  if (right.revokedAt !== null) throw fakeProblem('entitlement_revoked')
  const version = user.record(type, isoOf(nowMs), { entitlementId: id })
  return entitlementOf(Object.assign(right, terms, { version }), nowMs)
}

interface OneRight {
  readonly entitlementId: string
}

export function update(user: FakeUser, asked: UpdateAsked & OneRight, nowMs: number) {
  const { entitlementId, reset: _reset, startsAt, endsAt, graceEndsAt, metadata, ...terms } = asked
  const moments = Object.entries({ startsAt, endsAt, graceEndsAt })
    .filter(([, moment]) => moment !== undefined)
    .map(([name, moment]) => [name, instantOf(moment)])
  const noted = metadata === undefined ? {} : { metadata }
  const changed = { ...(terms as Partial<FakeRight>), ...Object.fromEntries(moments), ...noted }
  return change(user, entitlementId, 'entitlement_updated', changed, nowMs)
}

export function suspend(user: FakeUser, { entitlementId }: OneRight, nowMs: number) {
  return change(user, entitlementId, 'entitlement_suspended', { suspendedAt: isoOf(nowMs) }, nowMs)
}

export function resume(user: FakeUser, { entitlementId }: OneRight, nowMs: number) {
  return change(user, entitlementId, 'entitlement_resumed', { suspendedAt: null }, nowMs)
}

export function revoke(user: FakeUser, { entitlementId }: OneRight, nowMs: number) {
  return change(user, entitlementId, 'entitlement_revoked', { revokedAt: isoOf(nowMs) }, nowMs)
}

export function givePlan(user: FakeUser, asked: GivePlanAsked, products: Products, nowMs: number) {
  const { product, quantity = 1, startsAt, endsAt, sourceRef = `plan-${user.version + 1}` } = asked
  if (user.plans.has(sourceRef)) throw fakeProblem('plan_exists')
  const times = { startsAt: instantOf(startsAt) ?? isoOf(nowMs), endsAt: instantOf(endsAt) }
  const rights = rightsOf(user, product, sourceRef, times, products, nowMs)
  const version = user.record('plan_given', isoOf(nowMs), { sourceRef, product })
  const terms = { userId: user.id, sourceRef, product, quantity, ...times, version }
  return keep(user, { ...terms, isEnded: false, rights }, nowMs)
}

interface OnePlan {
  readonly sourceRef: string
}

export function changePlan(
  user: FakeUser,
  { sourceRef, product, quantity = 1, endsAt }: ChangePlanAsked & OnePlan,
  products: Products,
  nowMs: number,
) {
  const plan = planOf(user, sourceRef)
  if (plan.isEnded) throw fakeProblem('plan_ended')
  const times = { startsAt: plan.startsAt, endsAt: instantOf(endsAt) }
  const rights = rightsOf(user, product, sourceRef, times, products, nowMs)
  for (const right of plan.rights) right.revokedAt = isoOf(nowMs)
  const version = user.record('plan_changed', isoOf(nowMs), { sourceRef, product })
  return keep(user, { ...plan, product, quantity, ...times, version, rights }, nowMs)
}

export function endPlan(user: FakeUser, { sourceRef }: OnePlan, nowMs: number) {
  const plan = planOf(user, sourceRef)
  for (const right of plan.rights) right.revokedAt = isoOf(nowMs)
  const version = user.record('plan_ended', isoOf(nowMs), { sourceRef })
  return keep(user, { ...plan, version, isEnded: true, rights: [] }, nowMs)
}

/** One plan of a user. Throws where there is none. */
export function planOf({ plans }: FakeUser, sourceRef: string): FakePlan {
  const plan = plans.get(sourceRef)
  if (plan === undefined) throw fakeProblem('plan_not_found')
  return plan
}

/** A plan as it is answered. */
export function planAnswer({ isEnded, rights, ...terms }: FakePlan, nowMs: number): PlanAnswer {
  const { startsAt, endsAt } = terms
  const now = isoOf(nowMs)
  const isOver = endsAt !== null && endsAt <= now
  const begun = startsAt !== null && now < startsAt ? 'scheduled' : 'active'
  const state = isEnded ? 'ended' : isOver ? 'expired' : begun
  return { ...terms, state, entitlements: rights.map(({ id }) => id) }
}

function keep(user: FakeUser, plan: FakePlan, nowMs: number): PlanAnswer {
  user.plans.set(plan.sourceRef, plan)
  return planAnswer(plan, nowMs)
}

/** What a product gives from now on. */
function rightsOf(
  user: FakeUser,
  product: string,
  sourceRef: string,
  times: Pick<PlanAnswer, 'startsAt' | 'endsAt'>,
  products: Products,
  nowMs: number,
): readonly FakeRight[] {
  const { [product]: gives } = products
  if (gives === undefined) throw fakeProblem('product_unknown', { product })
  return gives.map((right) => {
    const terms = typeof right === 'string' ? { feature: right } : right
    const ref = `${sourceRef}-${user.version}`
    return grant(user, { ...terms, ...times, sourceRef: ref }, nowMs, product)
  })
}
