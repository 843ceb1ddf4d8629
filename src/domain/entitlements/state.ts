import type { Instant } from '../values/instant.ts'
import { type Entitlement, lastMoment } from './entitlement.ts'

/** The members of an entitlement that its state depends on. */
export type Standing = Pick<
  Entitlement,
  'startsAt' | 'endsAt' | 'graceEndsAt' | 'trial' | 'suspendedAt' | 'revokedAt' | 'held'
>

/** Returns the members of an entitlement that its state depends on, and nothing else. */
export function standingOf(entitlement: Entitlement): Standing {
  const { startsAt, endsAt, graceEndsAt, trial, suspendedAt, revokedAt, held } = entitlement
  return { startsAt, endsAt, graceEndsAt, trial, suspendedAt, revokedAt, held }
}

/** The state of an entitlement at a moment: computed when it is read, never stored. */
export type EntitlementState = 'scheduled' | 'active' | 'in_grace' | 'suspended' | 'expired' | 'revoked'

/** Why access is given or not. Of several entitlements the one whose reason is listed first decides. */
export const REASONS = [
  'granted',
  'in_trial',
  'in_grace',
  'overage',
  'limit_reached',
  'suspended',
  'not_started',
  'expired',
  'revoked',
  'no_entitlement',
  'unknown_feature',
  'disabled',
] as const

export type Reason = (typeof REASONS)[number]

interface StateRule {
  readonly state: EntitlementState
  readonly allows: boolean
  readonly holds: (standing: Standing, now: Instant) => boolean
  readonly reason: (standing: Standing) => Reason
  /** When the state is entered or left: of two entitlements with one reason the one with the nearer moment is named. */
  readonly moment: (standing: Standing) => Instant | null
}

/** States in order of precedence: the first that holds is the state. The last one always holds. */
const STATES: readonly StateRule[] = [
  {
    state: 'revoked',
    allows: false,
    holds: ({ revokedAt }) => revokedAt !== null,
    reason: () => 'revoked',
    moment: ({ revokedAt }) => revokedAt,
  },
  {
    state: 'expired',
    allows: false,
    holds: (standing, now) => isPast(lastMoment(standing), now),
    reason: () => 'expired',
    moment: lastMoment,
  },
  {
    state: 'suspended',
    allows: false,
    holds: ({ suspendedAt, held }) => suspendedAt !== null || held,
    reason: () => 'suspended',
    moment: ({ suspendedAt }) => suspendedAt,
  },
  {
    state: 'scheduled',
    allows: false,
    holds: ({ startsAt }, now) => startsAt !== null && now < startsAt,
    reason: () => 'not_started',
    moment: ({ startsAt }) => startsAt,
  },
  {
    state: 'in_grace',
    allows: true,
    holds: ({ endsAt }, now) => isPast(endsAt, now),
    reason: () => 'in_grace',
    moment: ({ endsAt }) => endsAt,
  },
  {
    state: 'active',
    allows: true,
    holds: () => true,
    reason: ({ trial }) => (trial ? 'in_trial' : 'granted'),
    moment: ({ startsAt }) => startsAt,
  },
]

/** Returns the first rule that holds for an entitlement at a moment. */
export function ruleFor(standing: Standing, now: Instant): StateRule {
  for (const rule of STATES) if (rule.holds(standing, now)) return rule
  throw new Error('The last rule always holds')
}

/** Returns the state of an entitlement at a moment. */
export function stateOf(standing: Standing, now: Instant): EntitlementState {
  return ruleFor(standing, now).state
}

/** Whether an entitlement gives nothing any more, now and at any later moment, unless its terms change. */
export function hasEnded(standing: Standing, now: Instant): boolean {
  return standing.revokedAt !== null || isPast(lastMoment(standing), now)
}

/** Returns the next moment at which time alone changes the state, `null` when none will. */
export function nextChangeAt(standing: Standing, now: Instant): Instant | null {
  if (standing.revokedAt !== null) return null
  let next: Instant | null = null
  for (const moment of [standing.startsAt, standing.endsAt, standing.graceEndsAt]) {
    if (moment !== null && now < moment && (next === null || moment < next)) next = moment
  }
  return next
}

function isPast(end: Instant | null, now: Instant): boolean {
  return end !== null && end <= now
}
