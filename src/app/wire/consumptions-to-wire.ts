import type { UsageTotal } from '../../domain/usage/usage-totals.ts'
import type { ConsumptionItem } from '../../ledger/store/consumptions/consumption-page.ts'
import { ownMetadata } from './own-to-wire.ts'
import { consumptionId, reservationId, reversalId } from './usage-ids.ts'
import { instantToWire } from './wire.ts'

export function consumptionItemToWire(item: ConsumptionItem) {
  const { holder, note } = item
  const { actor = null, reason = null, metadata = null } = note ?? {}
  return { ...itemToWire(item), holder, actor, reason, metadata }
}

export function ownConsumptionItemToWire(item: ConsumptionItem) {
  return { ...itemToWire(item), metadata: ownMetadata(item.note?.metadata ?? null) }
}

function itemToWire({ type, seq, at, feature, amount, overage, spends, ...names }: ConsumptionItem) {
  return {
    type,
    ...idsToWire(seq, names),
    feature,
    amount,
    overage,
    ...(spends === null ? {} : { spends }),
    at: instantToWire(at),
    version: seq,
  }
}

function idsToWire(
  seq: number,
  { consumption, reservation }: Pick<ConsumptionItem, 'consumption' | 'reservation'>,
) {
  if (consumption !== null) return { id: reversalId(seq), consumptionId: consumptionId(consumption) }
  const ofReservation = reservation === null ? {} : { reservationId: reservationId(reservation) }
  return { id: consumptionId(seq), ...ofReservation }
}

/** Sums of a page; of a user's own token over all holders. */
export function totalToWire(total: UsageTotal, isOwn: boolean) {
  const { feature, holder, consumed, reversed, overage } = total
  const costs = [...total.costs].map(([spent, cost]) => ({ feature: spent, ...cost }))
  const ofHolder = isOwn ? {} : { holder }
  return { feature, ...ofHolder, consumed, reversed, net: consumed - reversed, overage, costs }
}
