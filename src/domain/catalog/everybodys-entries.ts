import type { Entitlement } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import { lastingTerms } from '../entitlements/lasting-terms.ts'
import { periodAt } from '../usage/lot.ts'
import { goesOn } from '../usage/recorded-period.ts'
import type { Take } from '../usage/take.ts'
import type { EverybodysEntry } from '../usage/usage-change.ts'
import type { EntitlementId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { EverybodysOffer } from './catalog.ts'

interface Offered {
  readonly offers: readonly EverybodysOffer[]
  readonly catalogVersion: number
  /** What is recorded of the user. */
  readonly entitlements: ReadonlyMap<EntitlementId, Entitlement>
}

/**
 * Returns what has to enter the ledger with takes, so that it never has to ask the catalog: what everybody has, where it is
 * taken from for the first time in a period, or since it gives more than was recorded for that.
 */
export function everybodysEntries(
  takes: readonly Take[],
  { offers, catalogVersion, entitlements }: Offered,
  now: Instant,
): readonly EverybodysEntry[] {
  return takes.flatMap(({ entitlementId }): readonly EverybodysEntry[] => {
    const offer = offers.find((one) => one.entitlementId === entitlementId)
    if (offer === undefined || !isMetered(offer.allowance)) return []
    const { product, priority } = offer
    const allowance = { ...offer.allowance, period: periodAt(offer.allowance, now) }
    const known = entitlements.get(entitlementId)?.allowance
    const isKnown =
      known !== undefined && isMetered(known) && goesOn(known.reset, known.period, allowance.period)
    if (isKnown && known.amount >= allowance.amount) return []
    return [{ entitlementId, product, catalogVersion, terms: lastingTerms(allowance, priority) }]
  })
}
