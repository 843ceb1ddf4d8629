import type { Having } from './a-market.ts'
import { GOODS, type Goods } from './tills/till.ts'

/** Something that was paid for and that nobody was given the money back for. */
export interface Bought {
  readonly goods: Goods
  readonly quantity: number
  /** Whose it is, whatever else happens; `null` where that is open. */
  readonly certain: string | null
  /** Whose it may be. */
  readonly possible: readonly string[]
}

/** The least that a user has of what was bought. */
export function leastOf(all: readonly Bought[], userId: string): Having {
  return havingOf(all.filter(({ certain }) => certain === userId))
}

/** The most. */
export function mostOf(all: readonly Bought[], userId: string): Having {
  return havingOf(all.filter(({ possible }) => possible.includes(userId)))
}

/** A book is had or not, of seats the greatest number counts, credits add up. */
function havingOf(all: readonly Bought[]): Having {
  const [book, seats, credits] = GOODS.map((goods) =>
    all.filter((one) => one.goods === goods).map(({ quantity }) => quantity),
  )
  return {
    book: Number((book ?? []).length > 0),
    seats: Math.max(0, ...(seats ?? [])),
    credits: (credits ?? []).reduce((sum, quantity) => sum + quantity, 0),
  }
}
