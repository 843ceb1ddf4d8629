import type { Seq } from '../../domain/values/ids.ts'

// A consumption, a reservation and a reversal are known by the entry that recorded them.

export function consumptionId(seq: Seq): string {
  return `con_${seq}`
}

export function reservationId(seq: Seq): string {
  return `res_${seq}`
}

export function reversalId(seq: Seq): string {
  return `rev_${seq}`
}

/** The `seq` of the entry that an id stands for. */
export function seqOf(id: string): Seq {
  return Number(id.slice(id.indexOf('_') + 1))
}
