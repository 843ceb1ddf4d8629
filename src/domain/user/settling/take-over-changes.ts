import { CURRENT_RULES } from '../../purchases/register/rules.ts'
import type { SourceKey } from '../../purchases/register/source-key.ts'
import { totalOf } from '../../usage/take.ts'
import type { Instant } from '../../values/instant.ts'
import type { Change } from '../entry.ts'
import type { MovedSource, MovedHold, MovedLot } from '../hand-over.ts'

/**
 * Returns the changes after which the lots of a source are what they were with the user who had it: what was used of them,
 * what is held, what was stopped. What the source gives by today's catalog is settled after that.
 */
export function takeOverChanges(
  source: SourceKey,
  { lots, holds }: MovedSource,
  now: Instant,
): readonly Change[] {
  const open = holds.filter(({ endsAt }) => now < endsAt)
  const isHeld = ({ entitlementId }: MovedLot) =>
    open.some(({ takes }) => takes.some((take) => take.entitlementId === entitlementId))
  const toChange = (lot: MovedLot) => giveChange(source, lot)
  return [
    ...lots.map(toChange),
    ...open.map(reserveChange),
    // Recording a hold lowers what is forgiven as if it were the only use of the lot: it is set once more.
    ...lots.filter((lot) => !lot.withdrawn && forgivenOf(lot) > 0 && isHeld(lot)).map(toChange),
    ...lots.flatMap(stopChanges),
    ...lots.filter(({ withdrawn }) => withdrawn).map(withdrawChange),
  ]
}

function giveChange(
  source: SourceKey,
  { entitlementId, feature, product, terms, held, usage }: MovedLot,
): Change {
  const of = { entitlementId, feature, source: { ...source, product }, terms, held }
  return { type: 'entitlement_given', data: { ...of, rules: CURRENT_RULES, forgiven: 0, spent: usage } }
}

/** What a reservation of the other user held is held here until it lapses. */
function reserveChange({ feature, takes, endsAt }: MovedHold): Change {
  return { type: 'usage_reserved', data: { feature, amount: totalOf(takes), takes, overage: 0, endsAt } }
}

/** A suspension or revocation by hand applies here from the move on. */
function stopChanges({ entitlementId, stopped }: MovedLot): readonly Change[] {
  return stopped === null ? [] : [{ type: `entitlement_${stopped}`, data: { entitlementId } }]
}

function withdrawChange(lot: MovedLot): Change {
  const { entitlementId, usageStays } = lot
  const data = { entitlementId, rules: CURRENT_RULES, forgiven: forgivenOf(lot), usageStays }
  return { type: 'entitlement_withdrawn', data }
}

function forgivenOf({ usage }: MovedLot): number {
  return usage?.forgiven ?? 0
}
