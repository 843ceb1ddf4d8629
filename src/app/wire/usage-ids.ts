// A consumption, a reservation and a reversal are known by the entry that recorded them.

export function consumptionId(seq: number): string {
  return `con_${seq}`
}

export function reservationId(seq: number): string {
  return `res_${seq}`
}

export function reversalId(seq: number): string {
  return `rev_${seq}`
}

/** The `seq` of the entry that an id stands for. */
export function seqOf(id: string): number {
  return Number(id.slice(id.indexOf('_') + 1))
}
