import type { UserId } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'

/**
 * Who named a purchase's user and where, the strongest first. Of names by hand or by a move the last counts. What a buyer
 * wrote is weaker than anything that the shop wrote: it takes no purchase from a user whom the shop named, and links no
 * customer to a user.
 */
const RANKS = ['hand', 'moved', 'own', 'session', 'buyer', 'buyer_session'] as const

export type NameRank = (typeof RANKS)[number]

/** Whether a buyer can have written a name: it links no customer. */
export function isOfBuyer(rank: NameRank): boolean {
  return rank === 'buyer' || rank === 'buyer_session'
}

/** A statement that a purchase is a user's. */
export interface Name {
  readonly rank: NameRank
  readonly userId: UserId
  /** When it was made by hand or by a move; 0 for what a payload says, so that no order of arrival decides. */
  readonly toldAt: Instant
}

/** Whose a purchase is by its names. */
type NamedUser =
  | { readonly type: 'user'; readonly userId: UserId }
  /** Two users under names of one rank: it waits until a person decides. */
  | { readonly type: 'disputed' }
  | { readonly type: 'unnamed' }

/** Returns the user of the strongest names. Neither their order nor how often they came matters. */
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

/** Returns the user of a customer by all users whom their purchases name; `null` where these are none or several. */
export function userByNames(users: readonly UserId[]): UserId | null {
  const [user = null, ...others] = new Set(users)
  return others.length === 0 ? user : null
}

/** What decides whose a purchase is. */
export interface NamingContext {
  readonly names: readonly Name[]
  /** Who has it now. */
  readonly userId: UserId | null
  /** Whether it was claimed by a release that kept no names: then only a name by hand or by a move takes it from who has it. */
  readonly isOfBefore: boolean
  /** Which user its customer is. */
  readonly userOfCustomer: UserId | null
}

/** Returns whose a purchase is; `unnamed` where it has no name, no owner, and a customer who is linked to nobody. */
export function userOfPurchase({ names, userId, isOfBefore, userOfCustomer }: NamingContext): NamedUser {
  const counting = isOfBefore ? names.filter(({ rank }) => rank === 'hand' || rank === 'moved') : names
  const byName = namedUser(counting)
  if (byName.type !== 'unnamed') return byName
  // Without names the owner came by the link of the customer, and keeps the purchase when that link is deleted.
  const unnamed = userId ?? userOfCustomer
  return unnamed === null ? byName : { type: 'user', userId: unnamed }
}
