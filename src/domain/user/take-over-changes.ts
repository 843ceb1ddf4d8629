import type { Change } from './entry.ts'
import type { Instant } from '../values/instant.ts'
import { totalOf } from '../usage/take.ts'
import { CURRENT_RULES } from '../purchases/register/rules.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import type { MovedSource, MovedHold, MovedLot } from './hand-over.ts'

/**
 * What has to be recorded so that the lots of a source are as they were at the user who has left them: with what was used
 * of them, and with what is held. What the source gives by today's catalog is settled on top of that.
 */
export function takeOverChanges(
  source: SourceKey,
  { lots, holds }: MovedSource,
  now: Instant,
): readonly Change[] {
  const open = holds.filter(({ endsAt }) => now < endsAt)
  const isHeld = ({ entitlementId }: MovedLot) =>
    open.some(({ takes }) => takes.some((take) => take.entitlementId === entitlementId))
  const given = (lot: MovedLot) => giveChange(source, lot)
  return [
    ...lots.map(given),
    ...open.map(reserveChange),
    // A hold takes what is forgiven down to what is still in need of it, as if nothing more were held.
    ...lots.filter((lot) => !lot.withdrawn && forgivenOf(lot) > 0 && isHeld(lot)).map(given),
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

/** What another user's reservation held is held here, until it lapses. */
function reserveChange({ feature, takes, endsAt }: MovedHold): Change {
  return { type: 'usage_reserved', data: { feature, amount: totalOf(takes), takes, overage: 0, endsAt } }
}

/** What was done by hand is done here too, as of the move. */
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
