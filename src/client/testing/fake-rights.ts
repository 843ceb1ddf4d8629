import type { EntitlementAnswer, GrantAsked } from '../wire.ts'
import { isoOf } from './fake-clock.ts'
import { fakeProblem } from './fake-problem.ts'

/** A feature that is a plain yes, by its key; or whatever `grant` takes. */
export type FakeGrant = string | GrantAsked
/** What each user has at the beginning. */
export type FakeGrants = Readonly<Record<string, readonly FakeGrant[]>>

type Kept = Omit<EntitlementAnswer, 'state'>

/** An entitlement as it is kept. */
export type FakeRight = { -readonly [Member in keyof Kept]: Kept[Member] }

interface Origin {
  readonly seq: number
  readonly nowMs: number
  readonly product?: string | null
}

/** A right as it begins. What is left out is as in the contract. */
export function newRight(
  userId: string,
  asked: GrantAsked,
  { seq, nowMs, product = null }: Origin,
): FakeRight {
  const { sourceRef = `grant-${seq}`, startsAt, endsAt, graceEndsAt, metadata, ...terms } = asked
  const { feature, value, amount, reset, trial = false, priority = 0 } = terms
  refuseReset(reset)
  return {
    feature,
    ...(value === undefined ? {} : { value: value as FakeRight['value'] }),
    ...(amount === undefined ? {} : { amount, reset: null }),
    id: `ent_${userId}_${seq}`,
    userId,
    startsAt: instantOf(startsAt),
    endsAt: instantOf(endsAt),
    graceEndsAt: instantOf(graceEndsAt),
    trial,
    priority,
    source: { provider: 'api', ref: sourceRef, product },
    held: false,
    createdAt: isoOf(nowMs),
    suspendedAt: null,
    revokedAt: null,
    metadata: (metadata as FakeRight['metadata']) ?? null,
    version: seq,
  }
}

/** A fake gives no amount anew. */
export function refuseReset(reset: unknown): void {
  if (reset === undefined || reset === null) return
  throw fakeProblem('reset_not_allowed', { detail: 'A fake ledger gives no amount anew' })
}

/** A moment that was asked for, as it is answered; `null` for none. Throws where it is none in UTC, as a ledger does. */
export function instantOf(said: unknown): string | null {
  if (said === null || said === undefined) return null
  const ms = typeof said === 'string' && /T.*(Z|\+00:00)$/.test(said) ? Date.parse(said) : Number.NaN
  if (Number.isNaN(ms))
    throw fakeProblem('malformed_request', { detail: `${JSON.stringify(said)} is no moment in UTC` })
  return isoOf(ms)
}

/** How a right stands at a moment. */
export function stateOf(
  { revokedAt, suspendedAt, startsAt, endsAt, graceEndsAt }: FakeRight,
  nowMs: number,
): EntitlementAnswer['state'] {
  const now = isoOf(nowMs)
  if (revokedAt !== null) return 'revoked'
  if (now >= (graceEndsAt ?? endsAt ?? '~')) return 'expired'
  if (suspendedAt !== null) return 'suspended'
  if (startsAt !== null && now < startsAt) return 'scheduled'
  return now >= (endsAt ?? '~') ? 'in_grace' : 'active'
}

/** Whether a right gives something at a moment. */
export function isUsable(right: FakeRight, nowMs: number): boolean {
  return ['active', 'in_grace'].includes(stateOf(right, nowMs))
}

/** An entitlement as it is answered. */
export function entitlementOf(right: FakeRight, nowMs: number): EntitlementAnswer {
  return { ...right, state: stateOf(right, nowMs) }
}
