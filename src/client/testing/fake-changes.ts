import type { EntitlementAnswer, GrantAsked, UpdateAsked } from '../wire.ts'
import { isoOf } from './fake-clock.ts'
import { fakeProblem } from './fake-problem.ts'
import {
  type FakeGrant,
  type FakeRight,
  entitlementOf,
  instantOf,
  newRight,
  refuseReset,
} from './fake-rights.ts'
import type { FakeUser } from './fake-user.ts'

/** One entitlement of a user. Throws where there is none. */
export function rightOf({ rights }: FakeUser, id: string): FakeRight {
  const right = rights.find((one) => one.id === id)
  if (right === undefined) throw fakeProblem('entitlement_not_found')
  return right
}

/** Grants a feature, under its own name where no other is given. */
export function grant(user: FakeUser, asked: FakeGrant, nowMs: number, name?: string): FakeRight {
  const terms: GrantAsked = typeof asked === 'string' ? { feature: asked } : asked
  const { feature, sourceRef = name ?? `grant-${user.version + 1}` } = terms
  const same = user.rights.find((one) => one.feature === feature && one.source.ref === sourceRef)
  if (same !== undefined) throw fakeProblem('entitlement_exists', { entitlementId: same.id })
  const right = newRight(user.id, { ...terms, sourceRef }, { seq: user.version + 1, nowMs })
  user.record('entitlement_created', isoOf(nowMs), { feature })
  user.rights.push(right)
  return right
}

interface OneRight {
  readonly entitlementId: string
}

export function update(user: FakeUser, asked: UpdateAsked & OneRight, nowMs: number): EntitlementAnswer {
  const { value, amount, reset, trial, priority, metadata, startsAt, endsAt, graceEndsAt } = asked
  refuseReset(reset)
  const instants = Object.entries({ startsAt, endsAt, graceEndsAt })
  const moments = instants.map(([name, moment]) => [name, moment === undefined ? moment : instantOf(moment)])
  const terms = { value, amount, trial, priority, metadata, ...Object.fromEntries(moments) }
  const said = Object.entries(terms).filter(([, term]) => term !== undefined)
  return change(user, asked, 'updated', Object.fromEntries(said) as Partial<FakeRight>, nowMs)
}

export function suspend(user: FakeUser, asked: OneRight, nowMs: number): EntitlementAnswer {
  return change(user, asked, 'suspended', { suspendedAt: isoOf(nowMs) }, nowMs)
}

export function resume(user: FakeUser, asked: OneRight, nowMs: number): EntitlementAnswer {
  return change(user, asked, 'resumed', { suspendedAt: null }, nowMs)
}

export function revoke(user: FakeUser, asked: OneRight, nowMs: number): EntitlementAnswer {
  return change(user, asked, 'revoked', { revokedAt: isoOf(nowMs) }, nowMs)
}

/** Changes an entitlement, unless it is revoked. */
function change(
  user: FakeUser,
  { entitlementId }: OneRight,
  how: string,
  terms: Partial<FakeRight>,
  nowMs: number,
): EntitlementAnswer {
  const right = rightOf(user, entitlementId)
  if (right.revokedAt !== null) throw fakeProblem('entitlement_revoked')
  if (how === 'updated' && right.source.product !== null) throw fakeProblem('managed_by_source')
  const version = user.record(`entitlement_${how}`, isoOf(nowMs), { entitlementId })
  return entitlementOf(Object.assign(right, terms, { version }), nowMs)
}
