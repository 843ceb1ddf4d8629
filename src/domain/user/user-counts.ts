import type { Count } from '../usage/counting.ts'
import { chargeOf } from '../usage/usage-change.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { UserState } from './user-state.ts'

type OfCounts = Pick<UserState, 'holdings' | 'windows' | 'reservations'>

/** Returns what is taken of a feature that counts it as a whole; `null` where nothing is, or its lots count it. */
export function countIn({ holdings, windows, reservations }: OfCounts, feature: FeatureKey): Count | null {
  const held = [...holdings.values()].filter((one) => one.feature === feature)
  const counted = [...reservations.values()].filter(
    (one) => one.counted !== undefined && chargeOf(one).feature === feature,
  )
  const record = windows.get(feature)
  if (held.length === 0 && counted.length === 0 && record === undefined) return null
  return {
    held: held.reduce((sum, { amount }) => sum + amount, 0),
    window: record === undefined ? null : { ms: record.ms, takes: record.takes },
    holds: counted.map((one) => ({ amount: chargeOf(one).amount, endsAt: one.endsAt })),
  }
}

/** Returns the features of which something is taken that they count as a whole. */
export function countedFeatures({ holdings, windows, reservations }: OfCounts): ReadonlySet<FeatureKey> {
  const reserved = [...reservations.values()].filter(({ counted }) => counted !== undefined)
  return new Set([
    ...[...holdings.values()].map(({ feature }) => feature),
    ...windows.keys(),
    ...reserved.map((one) => chargeOf(one).feature),
  ])
}
