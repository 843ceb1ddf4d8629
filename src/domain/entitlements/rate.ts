/** So much of one thing for so much of another: `amount` for each `per`, whole numbers above zero. */
export interface Rate {
  readonly amount: number
  readonly per: number
}

/** As much as is asked for. */
export const ONE_FOR_ONE: Rate = { amount: 1, per: 1 }

/**
 * Returns what an amount costs by a rate: the next whole number, and `Infinity` where that is beyond the whole numbers that
 * are exact. Each consumption is rounded up by itself.
 */
export function costOf(amount: number, { amount: price, per }: Rate): number {
  const cost = (BigInt(amount) * BigInt(price) + BigInt(per) - 1n) / BigInt(per)
  return cost > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(cost)
}

/** Returns the largest amount that costs no more than `budget` by a rate: a whole number, at most the largest exact one. */
export function amountFor(budget: number, { amount: price, per }: Rate): number {
  const amount = (BigInt(Math.max(0, budget)) * BigInt(per)) / BigInt(price)
  return Number(amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : amount)
}
