import type { EntitlementAnswer, GrantAsked } from '../wire.ts'
import { isoOf } from './fake-clock.ts'

/** A feature that is a plain yes, by its key; or whatever `grant` takes. */
export type FakeGrant = string | GrantAsked
/** What each user has at the beginning. */
export type FakeGrants = Readonly<Record<string, readonly FakeGrant[]>>

type Kept = Omit<EntitlementAnswer, 'state'>

/** An entitlement as it is kept, and how much of it is spent and held. */
export type FakeRight = { -readonly [Member in keyof Kept]: Kept[Member] } & {
  used: number
  reserved: number
}

/** A right as it begins. What is left out is as in the contract. */
export function newRight(
  userId: string,
  asked: GrantAsked,
  {
    seq,
    nowMs,
    product = null,
  }: { readonly seq: number; readonly nowMs: number; readonly product?: string | null },
): FakeRight {
  const {
    sourceRef = `grant-${seq}`,
    reset: _reset,
    startsAt,
    endsAt,
    graceEndsAt,
    metadata,
    ...terms
  } = asked
  return {
    ...(terms as Pick<FakeRight, 'feature' | 'value' | 'amount'>),
    id: `ent_${userId}_${seq}`,
    userId,
    startsAt: instantOf(startsAt),
    endsAt: instantOf(endsAt),
    graceEndsAt: instantOf(graceEndsAt),
    trial: asked.trial ?? false,
    priority: asked.priority ?? 0,
    source: { provider: 'manual', ref: sourceRef, product },
    held: false,
    createdAt: isoOf(nowMs),
    suspendedAt: null,
    revokedAt: null,
    metadata: (metadata as FakeRight['metadata']) ?? null,
    version: seq,
    used: 0,
    reserved: 0,
  }
}

export function instantOf(said: unknown): string | null {
  return said === null || said === undefined ? null : isoOf(new Date(said as string).getTime())
}

/** How a right stands at a moment. */
export function stateOf(
  { revokedAt, suspendedAt, startsAt, endsAt, graceEndsAt }: FakeRight,
  nowMs: number,
): EntitlementAnswer['state'] {
  const now = isoOf(nowMs)
  if (revokedAt !== null) return 'revoked'
  if (suspendedAt !== null) return 'suspended'
  if (startsAt !== null && now < startsAt) return 'scheduled'
  if (endsAt === null || now < endsAt) return 'active'
  return graceEndsAt !== null && now < graceEndsAt ? 'in_grace' : 'expired'
}

/** An entitlement as it is answered. */
export function entitlementOf(right: FakeRight, nowMs: number): EntitlementAnswer {
  const { used: _used, reserved: _reserved, ...told } = right
  return { ...told, state: stateOf(right, nowMs) }
}
