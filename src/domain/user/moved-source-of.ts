import { type Entitlement, termsOf } from '../entitlements/entitlement.ts'
import type { Instant } from '../values/instant.ts'
import { orderedText } from '../values/json.ts'
import { type Lot, type Usage, usageAt } from '../usage/lot.ts'
import { lotIn } from './user-lots.ts'
import { type UserState } from './user-state.ts'
import { mergeRegisters } from '../purchases/register/merge-registers.ts'
import { type SourceKey, sourceKeyText } from '../purchases/register/source-key.ts'
import type { HandOver, MovedSource, MovedHold, MovedLot } from './hand-over.ts'

/**
 * What one user's ledger leaves to another of a source, at the moment at which it forgets it: what is known, each lot with
 * what was used of it, and what is held. `null` when nothing is known.
 *
 * What the source gave before goes along as well: its items may come back, and what was used of them then stays used. So
 * does what was suspended or revoked by hand: whoever has the purchase, that is for an agent to undo.
 */
export function movedSourceOf(state: UserState, source: SourceKey, now: Instant): MovedSource | null {
  const known = state.sources.get(sourceKeyText(source))
  if (known === undefined) return null
  const own = [...state.entitlements.values()].filter((one) => sourceKeyText(one.source) === sourceKeyText(source))
  const lots = own.flatMap((entitlement): readonly MovedLot[] => {
    const lot = lotIn(state, entitlement)
    const stopped = stopOf(entitlement)
    if (stopped === null && (lot === null || !isTouched(lot, now))) return []
    const { id: entitlementId, feature, held, withdrawn, usageStays } = entitlement
    const { product } = entitlement.source
    const [terms, usage] = [termsOf(entitlement), lot === null ? null : withoutVersion(usageAt(lot, now))]
    return [{ entitlementId, feature, product, terms, held, withdrawn, usageStays, usage, stopped }]
  })
  const ids = new Set(lots.map(({ entitlementId }) => entitlementId))
  const holds = [...state.reservations.values()].flatMap(
    ({ feature, takes, endsAt }): readonly MovedHold[] => {
      const theirs = takes.filter(({ entitlementId }) => ids.has(entitlementId))
      return theirs.length === 0 || endsAt <= now ? [] : [{ feature, takes: theirs, endsAt }]
    },
  )
  const given = lots.toSorted((a, b) => Number(a.withdrawn) - Number(b.withdrawn))
  return { register: known.register, lots: given, holds }
}

function isTouched(lot: Lot, now: Instant): boolean {
  const isHeld = lot.holds.some(({ endsAt }) => now < endsAt)
  return lot.usage !== null || isHeld || usageAt(lot, now).carried > 0
}

function stopOf({ suspendedAt, revokedAt }: Entitlement): MovedLot['stopped'] {
  if (revokedAt !== null) return 'revoked'
  return suspendedAt === null ? null : 'suspended'
}

/**
 * What several users left of one source, as of one, `null` where nobody left anything. Two have something of one only where
 * that came over before what is held went along: of what both had, that of whom more was used.
 */
export function mergeHandOvers(left: readonly HandOver[]): MovedSource | null {
  const all = left.map(({ moved }) => moved)
  return all.length === 0 ? null : all.reduce(mergeMovedSources)
}

function mergeMovedSources(a: MovedSource, b: MovedSource): MovedSource {
  const lots = new Map(a.lots.map((lot) => [lot.entitlementId, lot]))
  for (const lot of b.lots) {
    const known = lots.get(lot.entitlementId)
    if (known === undefined || usedOf(known) <= usedOf(lot)) lots.set(lot.entitlementId, lot)
  }
  const holds = new Map([...a.holds, ...b.holds].map((hold) => [orderedText(hold), hold]))
  return {
    register: mergeRegisters(a.register, b.register),
    lots: [...lots.values()],
    holds: [...holds.values()],
  }
}

function usedOf({ usage }: MovedLot): number {
  return usage?.used ?? 0
}

function withoutVersion({ period, name, carried, used, forgiven, others }: Usage): Usage {
  return { period, name, carried, used, forgiven, others }
}
