import type { Hold } from '../usage/lot.ts'
import type { EntitlementId, Seq } from '../values/ids.ts'
import type { Reservation, UserState } from './user-state.ts'

type Reservations = UserState['reservations']

/** What is held of one lot, each beside the reservation that holds it. */
interface OfLot {
  readonly seqs: readonly Seq[]
  readonly holds: readonly Hold[]
}

const NO_HOLDS: readonly Hold[] = []

/** Made once for each map of reservations, or from that of the map before: a thousand are not walked for each lot. */
const indexes = new WeakMap<Reservations, ReadonlyMap<EntitlementId, OfLot>>()

/** Returns what reservations hold of a lot, in the order in which they were made. */
export function holdsOf(reservations: Reservations, lot: EntitlementId): readonly Hold[] {
  return indexOf(reservations).get(lot)?.holds ?? NO_HOLDS
}

/** Returns the reservations with one more. */
export function withReservation(before: Reservations, one: Reservation): Reservations {
  const after = new Map(before).set(one.seq, one)
  const index = new Map(indexOf(before))
  addTo(index, one)
  indexes.set(after, index)
  return after
}

/** Returns the reservations without some. */
export function withoutSome(before: Reservations, seqs: readonly Seq[]): Reservations {
  const after = new Map<Seq, Reservation>(before)
  const index = new Map(indexOf(before))
  for (const seq of seqs) {
    for (const { entitlementId } of before.get(seq)?.takes ?? []) removeFrom(index, entitlementId, seq)
    after.delete(seq)
  }
  indexes.set(after, index)
  return after
}

function indexOf(reservations: Reservations): ReadonlyMap<EntitlementId, OfLot> {
  const known = indexes.get(reservations)
  if (known !== undefined) return known
  const index = new Map<EntitlementId, { readonly seqs: Seq[]; readonly holds: Hold[] }>()
  for (const { seq, takes, endsAt } of reservations.values()) {
    for (const { entitlementId, period, amount } of takes) {
      const ofLot = index.get(entitlementId) ?? { seqs: [], holds: [] }
      ofLot.seqs.push(seq)
      ofLot.holds.push({ period, amount, endsAt })
      index.set(entitlementId, ofLot)
    }
  }
  indexes.set(reservations, index)
  return index
}

function addTo(index: Map<EntitlementId, OfLot>, { seq, takes, endsAt }: Reservation): void {
  for (const { entitlementId, period, amount } of takes) {
    const { seqs = [], holds = [] } = index.get(entitlementId) ?? {}
    index.set(entitlementId, { seqs: [...seqs, seq], holds: [...holds, { period, amount, endsAt }] })
  }
}

function removeFrom(index: Map<EntitlementId, OfLot>, lot: EntitlementId, seq: Seq): void {
  const { seqs, holds } = index.get(lot) ?? { seqs: [], holds: [] }
  const isOther = (_one: unknown, place: number) => seqs[place] !== seq
  if (seqs.some((one) => one !== seq))
    index.set(lot, { seqs: seqs.filter(isOther), holds: holds.filter(isOther) })
  else index.delete(lot)
}
