import type { Plan } from '../../domain/purchases/plans/plan.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { instantToWire } from './wire.ts'

export function planToWire(plan: Plan, userId: UserId, now: Instant) {
  const { sourceRef, product, quantity, startsAt, endsAt, entitlements, version } = plan
  return {
    userId,
    sourceRef,
    product,
    quantity,
    startsAt: instantToWire(startsAt),
    endsAt: instantToWire(endsAt),
    state: stateOf(plan, now),
    entitlements,
    version,
  }
}

function stateOf(
  { startsAt, endsAt, isEnded }: Plan,
  now: Instant,
): 'scheduled' | 'active' | 'expired' | 'ended' {
  if (isEnded) return 'ended'
  if (endsAt !== null && endsAt <= now) return 'expired'
  return startsAt !== null && now < startsAt ? 'scheduled' : 'active'
}
