import { expect, it } from 'vitest'
import { planSource } from '../../../src/domain/purchases/plans/plan.ts'
import type { SourceKey } from '../../../src/domain/purchases/register/source-key.ts'
import { LIVE_ENTITLEMENTS_MAX, hasRoomByHand, roomRefusal } from '../../../src/domain/user/capacity.ts'
import type { Change } from '../../../src/domain/user/entry.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { NOON, anEntitlement } from '../samples.ts'

const ORDER: SourceKey = { provider: 'stripe', account: '', ref: 'order' }

/** So many live entitlements of each source. */
function having(counts: readonly (readonly [source: SourceKey, count: number])[]): UserState {
  const all = counts.flatMap(([source, count], index) =>
    Array.from({ length: count }, (_, one) =>
      anEntitlement({ id: `ent_${index}_${one}`, source: { ...source, product: 'pro' } }),
    ),
  )
  return { ...emptyState('u'), entitlements: new Map(all.map((one) => [one.id, one])) }
}

/** A change that gives one more. */
function giving(source: SourceKey): readonly Change[] {
  const { allowance, startsAt, endsAt, graceEndsAt, trial, priority } = anEntitlement()
  const terms = { allowance, startsAt, endsAt, graceEndsAt, trial, priority }
  const of = { entitlementId: 'ent_new', feature: 'export', source: { ...source, product: 'pro' }, terms }
  return [{ type: 'entitlement_given', data: { ...of, held: false, rules: 2, forgiven: 0, spent: null } }]
}

/** A change that takes one of those away. */
function withdrawing(entitlementId: string): readonly Change[] {
  const data = { entitlementId, rules: 2, forgiven: 0, usageStays: false }
  return [{ type: 'entitlement_withdrawn', data }]
}

const fourPlans = ['a', 'b', 'c', 'd'].map((ref) => [planSource(ref), LIVE_ENTITLEMENTS_MAX / 4] as const)

it('what plans give takes the room of what is granted by hand, and none of what is bought', () => {
  const state = having(fourPlans)
  expect(hasRoomByHand(state, NOON)).toBe(false)
  const refusal = { code: 'too_many_entitlements', limit: LIVE_ENTITLEMENTS_MAX }
  expect(roomRefusal(state, planSource('e'), giving(planSource('e')), NOON)).toEqual(refusal)
  expect(roomRefusal(state, ORDER, giving(ORDER), NOON)).toBeNull()
})

it('what is bought takes none of the room of plans', () => {
  const orders = ['a', 'b', 'c', 'd'].map((ref) => [{ ...ORDER, ref }, LIVE_ENTITLEMENTS_MAX / 4] as const)
  const state = having(orders)
  expect(roomRefusal(state, planSource('e'), giving(planSource('e')), NOON)).toBeNull()
  expect(roomRefusal(state, ORDER, giving(ORDER), NOON)).not.toBeNull()
})

it('one plan gives no more than one order, whatever was granted under its name', () => {
  const granted = Array.from({ length: 250 }, (_, one) =>
    anEntitlement({ id: `ent_hand_${one}`, source: { ...planSource('a'), product: null } }),
  )
  const byHand = { ...emptyState('u'), entitlements: new Map(granted.map((one) => [one.id, one])) }
  expect(roomRefusal(byHand, planSource('a'), giving(planSource('a')), NOON)).toBeNull()
  const refusal = roomRefusal(
    having([[planSource('a'), 250]]),
    planSource('a'),
    giving(planSource('a')),
    NOON,
  )
  expect(refusal).toEqual({ code: 'too_many_entitlements', limit: 250 })
})

it('another product has the room of the one before, and no more than that', () => {
  const state = having(fourPlans)
  const [plan, gone] = [planSource('a'), withdrawing('ent_0_0')]
  expect(roomRefusal(state, plan, [...giving(plan), ...gone], NOON)).toBeNull()
  const refusal = { code: 'too_many_entitlements', limit: LIVE_ENTITLEMENTS_MAX }
  expect(
    roomRefusal(having([...fourPlans, [planSource('f'), 1]]), plan, [...giving(plan), ...gone], NOON),
  ).toEqual(refusal)
})
