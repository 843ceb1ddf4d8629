import type { Lot } from './lot.ts'

/**
 * Whether a lot that is given once is used up to the last, with nothing held, forgiven or owed. Time gives it nothing again;
 * a reversal or new terms may. What everybody has never is: the catalog may give more of it at any moment.
 */
export function isSpent({ allowance, withdrawn, usage, holds, everyone }: Lot): boolean {
  const { amount, reset, period, overage } = allowance
  const isGivenOnce = reset === null && period === null && overage === 'deny'
  if (everyone !== undefined || withdrawn || !isGivenOnce || usage === null || holds.length > 0) return false
  return usage.used === amount && usage.forgiven === 0 && usage.others.length === 0
}

/**
 * Returns the lots of a feature with those spent ones as one that stand and end alike: the first, with the amounts of all of
 * them. It gives the same access and balance at any moment, and is as large with a thousand of them as with one.
 */
export function withSpentAsOne(
  lots: readonly Lot[],
  mayStandForOthers: (lot: Lot) => boolean,
): readonly Lot[] {
  const some = lots.filter((lot) => isSpent(lot) && mayStandForOthers(lot))
  // Where more may be spent than is there, the last lot owes it, spent or not.
  if (some.length < 2 || lots.some(({ allowance }) => allowance.overage === 'allow')) return lots
  const spent = Map.groupBy(some, standingText)
  const oneByLot = new Map<Lot, readonly Lot[]>()
  for (const alike of spent.values()) {
    for (const [index, lot] of alike.entries()) oneByLot.set(lot, index === 0 ? [sumOf(lot, alike)] : [])
  }
  return lots.flatMap((lot) => oneByLot.get(lot) ?? [lot])
}

function standingText({ endsAt, graceEndsAt, trial, suspendedAt, revokedAt, held }: Lot): string {
  return `${endsAt} ${graceEndsAt} ${trial} ${suspendedAt} ${revokedAt} ${held}`
}

function sumOf(first: Lot, alike: readonly Lot[]): Lot {
  if (first.usage === null || alike.length === 1) return first
  const amount = alike.reduce((sum, lot) => sum + lot.allowance.amount, 0)
  return { ...first, allowance: { ...first.allowance, amount }, usage: { ...first.usage, used: amount } }
}
