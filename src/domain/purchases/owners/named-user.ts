import type { UserId } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'

/**
 * Where a name of a purchase's user stands, the strongest first; of what is told by hand or by a move, the last counts.
 * What a buyer wrote is the weakest, wherever it stands: it never takes a purchase from whom the shop has named, and never
 * says which user a customer is.
 */
const RANKS = ['hand', 'moved', 'own', 'session', 'buyer', 'buyer_session'] as const

export type NameRank = (typeof RANKS)[number]

/** Whether a name is what a buyer wrote: it says nothing of a customer. */
export function isOfBuyer(rank: NameRank): boolean {
  return rank === 'buyer' || rank === 'buyer_session'
}

/** That a purchase is a user's, as somebody once told. */
export interface Name {
  readonly rank: NameRank
  readonly userId: UserId
  /** 0 for what a payload says, so that no order of arrival and no clock decides. */
  readonly toldAt: Instant
}

/** Whose a purchase is by what was told of it. */
export type NamedUser =
  | { readonly type: 'user'; readonly userId: UserId }
  /** Two names of one rank: nobody has it until somebody decides. */
  | { readonly type: 'disputed' }
  | { readonly type: 'unnamed' }

/** Whom the strongest names name. Follows from the set of them: neither their order nor how often they came matters. */
export function namedUser(names: readonly Name[]): NamedUser {
  for (const rank of RANKS) {
    const ranked = names.filter((name) => name.rank === rank)
    const lastToldAt = Math.max(...ranked.map(({ toldAt }) => toldAt))
    const users = new Set(ranked.filter(({ toldAt }) => toldAt === lastToldAt).map(({ userId }) => userId))
    if (users.size > 1) return { type: 'disputed' }
    const [userId] = users
    if (userId !== undefined) return { type: 'user', userId }
  }
  return { type: 'unnamed' }
}

/** Which user a customer is by all users whom their purchases name: nobody can say where these are several. */
export function userByNames(users: readonly UserId[]): UserId | null {
  const [user = null, ...others] = new Set(users)
  return others.length === 0 ? user : null
}

/** What decides whose a purchase is. */
export interface NamingContext {
  readonly names: readonly Name[]
  /** Who has it. */
  readonly userId: UserId | null
  /** Whether it was claimed before names were kept: then only a word by hand or a move takes it from who has it. */
  readonly isOfBefore: boolean
  /** Which user its customer is. */
  readonly userOfCustomer: UserId | null
}

/** Whose a purchase is; `unnamed` where nobody is named and its customer is linked to nobody. */
export function userOfPurchase({ names, userId, isOfBefore, userOfCustomer }: NamingContext): NamedUser {
  const kept = isOfBefore ? names.filter(({ rank }) => rank === 'hand' || rank === 'moved') : names
  const named = namedUser(kept)
  if (named.type !== 'unnamed') return named
  // Who has it has it by the link of its customer, and keeps it where that is only forgotten.
  const unnamed = userId ?? userOfCustomer
  return unnamed === null ? named : { type: 'user', userId: unnamed }
}
