import type { HolderAnswer } from '../wire.ts'
import type { FakeFeature } from './fake-feature.ts'
import { isOpen } from './fake-lots.ts'
import type { FakeConsumption, FakeReservation, FakeUser } from './fake-user.ts'

/** What somebody has of a held feature. */
export type FakePossession = { readonly holds: number } & (
  | { readonly way: 'holding'; readonly one: FakeConsumption }
  | { readonly way: 'lease'; readonly one: FakeReservation }
)

/** What a holder has of a held feature; `null` where that is nothing, or it is not held. */
export function possessionOf(
  { consumptions, reservations }: FakeUser,
  { key, isHeld }: FakeFeature,
  holder: string | undefined,
  nowMs: number,
): FakePossession | null {
  const isTheirs = (one: FakeConsumption | FakeReservation) => one.feature === key && one.holder === holder
  if (!isHeld || holder === undefined) return null
  for (const one of consumptions.values()) {
    const holds = one.amount - one.reversed
    if (isTheirs(one) && holds > 0) return { way: 'holding', one, holds }
  }
  for (const one of reservations.values()) {
    if (isTheirs(one) && isOpen(one, nowMs)) return { way: 'lease', one, holds: one.amount }
  }
  return null
}

/** Who holds what of some features, those first who took it first. */
export function holdersOf(
  { consumptions }: FakeUser,
  features: readonly FakeFeature[],
): readonly HolderAnswer[] {
  const held = new Set(features.filter(({ isHeld }) => isHeld).map(({ key }) => key))
  return [...consumptions.values()]
    .filter((one) => held.has(one.feature) && one.amount > one.reversed)
    .map(({ id, feature, holder, amount, reversed, since, metadata }) => ({
      feature,
      holder,
      amount: amount - reversed,
      consumptionId: id,
      since,
      metadata,
    }))
}
