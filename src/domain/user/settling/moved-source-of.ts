import { type Entitlement, termsOf } from '../../entitlements/entitlement.ts'
import { isGivenBy } from '../../purchases/products/is-given-by.ts'
import { mergeRegisters } from '../../purchases/register/merge-registers.ts'
import { type SourceKey, sourceKeyText } from '../../purchases/register/source-key.ts'
import { type Lot, type Usage, usageAt } from '../../usage/lot.ts'
import type { Instant } from '../../values/instant.ts'
import { orderedText } from '../../values/json.ts'
import type { HandOver, MovedSource, MovedHold, MovedLot } from '../hand-over.ts'
import { lotIn } from '../user-lots.ts'
import type { UserState } from '../user-state.ts'

/**
 * Returns what moves with a source to another user when this user's ledger lets it go: the register, each lot that was used,
 * and what reservations hold of them. `null` where the source is not the user's.
 *
 * Withdrawn lots move too, as their items may come back and what was used stays used. So do rights that were suspended or
 * revoked by hand: only a person undoes that, whoever has the purchase.
 */
export function movedSourceOf(state: UserState, source: SourceKey, now: Instant): MovedSource | null {
  const record = state.sources.get(sourceKeyText(source))
  if (record === undefined) return null
  const own = [...state.entitlements.values()].filter((one) => isGivenBy(one, source))
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
  const liveFirst = lots.toSorted((a, b) => Number(a.withdrawn) - Number(b.withdrawn))
  return { register: record.register, lots: liveFirst, holds }
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
 * Returns what several users left of one source as if one had, `null` where none did. Where two have the same lot, which
 * only moves by releases that left holds behind can cause, the one of which more was used counts.
 */
export function mergeHandOvers(handOvers: readonly HandOver[]): MovedSource | null {
  const all = handOvers.map(({ moved }) => moved)
  return all.length === 0 ? null : all.reduce(mergeMovedSources)
}

function mergeMovedSources(a: MovedSource, b: MovedSource): MovedSource {
  const lots = new Map(a.lots.map((lot) => [lot.entitlementId, lot]))
  for (const lot of b.lots) {
    const sameLot = lots.get(lot.entitlementId)
    if (sameLot === undefined || usedOf(sameLot) <= usedOf(lot)) lots.set(lot.entitlementId, lot)
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
