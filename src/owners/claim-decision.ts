import {
  type Name,
  type NameRank,
  isOfBuyer,
  userByNames,
  userOfPurchase,
} from '../domain/purchases/owners/named-user.ts'
import { type Transfer, userAfterTransfers } from '../domain/purchases/owners/transfer.ts'
import { isSameJson } from '../domain/values/json.ts'
import type { ClaimState, NameRow, NameClaim, TransferClaim } from './claim-state.ts'

export interface Claim {
  /** All of one purchase: the first is the name of its source, unless one of them is known. */
  readonly ids: readonly string[]
  /** Under whom the purchase is claimed: where nobody names its user it is the user of that customer whose it becomes. */
  readonly customerId: string | null
  /** What is told of whose it is, besides what was told before. */
  readonly names: readonly NameClaim[]
  /** Whether the ids are kept together even while the purchase is nobody's; else they only point at it. */
  readonly isKept: boolean
  /** Whether a purchase may be claimed by them that is not known yet: what only points at one finds it later. */
  readonly isNaming: boolean
  /** Whether what was decided by hand before is taken back. */
  readonly isHandLifted: boolean
  /** In which store it was bought, where that is told. */
  readonly store?: string
}

/** What becomes of the link of a customer. */
export type Link =
  | { readonly type: 'same' }
  | { readonly type: 'made'; readonly customerId: string; readonly userId: string }
  | { readonly type: 'dissolved'; readonly customerId: string }

/** What is to be written of a claim. */
export interface Decision {
  readonly before: ClaimState
  readonly sourceId: string
  /** Empty where it is nobody's. */
  readonly user: string
  readonly isDisputed: boolean
  /** Whether the ids stand for it from now on; else nobody has it by them, whoever is named. */
  readonly isClaimed: boolean
  /** Whether somebody else had it, or nobody though it was known. */
  readonly moves: boolean
  readonly names: readonly NameClaim[]
  readonly link: Link
  /** Whether a transfer may have taken it, and nobody says so. */
  readonly isUnclear: boolean
}

/** Whose a purchase is, and which user its customer, by what was known and what a claim tells besides. */
export function decideClaim(before: ClaimState, claim: Claim): Decision {
  const { source, customer } = before
  const isSame = (a: NameClaim, b: NameClaim) =>
    a.id === b.id && a.rank === b.rank && a.userId === b.userId && a.customerId === b.customerId
  const known = claim.isHandLifted ? before.names.filter(({ rank }) => rank !== 'hand') : before.names
  const names = claim.names.filter(
    (name) => !known.some((told) => isSame(told, name) && isToldBy(told, name, claim)),
  )
  const link = linkAfter(before, claim, names)
  const all = [
    ...known.filter((told) => !names.some((name) => isSame(told, name))),
    ...names.map((name) => {
      const told = known.find((one) => isSame(one, name)) ?? { ...name, lastToldAt: name.toldAt }
      const [toldAt, lastToldAt] = [
        Math.min(told.toldAt, name.toldAt),
        Math.max(told.lastToldAt, name.toldAt),
      ]
      return { ...name, toldAt, lastToldAt }
    }),
  ]
  const store = source?.store || claim.store || ''
  const ofStore = transfersOf(before, store)
  const carriedOut = ofStore.filter((transfer) => isClear(transfer, store, all))
  const whoseBy = (transfers: readonly Transfer[]) =>
    userOfPurchase({
      names: namesThatCount({ source, transfers }, all),
      // Who has it by hand alone has no other claim to it.
      userId:
        transferredFrom({ source, customer, transfers }, claim) ??
        (claim.isHandLifted ? null : source?.userId || null),
      isOfBefore: source !== null && source.keepsNames === 0 && !claim.isHandLifted,
      userOfCustomer: userAfter(link, customer),
    })
  const whose = whoseBy(carriedOut)
  const user = whose.type === 'user' ? whose.userId : ''
  return {
    before,
    sourceId: source?.sourceId ?? claim.ids[0] ?? '',
    user,
    isDisputed: whose.type === 'disputed',
    isClaimed: source !== null || claim.isKept || (user !== '' && claim.isNaming),
    moves: source !== null && source.userId !== user,
    names,
    link,
    isUnclear: !isSameJson(whoseBy(ofStore), whose),
  }
}

/** The names of a purchase that was told before, as they count by now: by the transfers that took it, and no others. */
export function namesByNow(state: ClaimState): readonly Name[] {
  const { source, names } = state
  const store = source?.store ?? ''
  const transfers = transfersOf(state, store).filter((transfer) => isClear(transfer, store, names))
  return namesThatCount({ source, transfers }, names)
}

/** The transfers that may concern what was bought in a store, or in one that nobody has told. */
function transfersOf({ transfers }: ClaimState, store: string): readonly TransferClaim[] {
  return transfers.filter((one) => store === '' || one.store === '' || one.store === store)
}

/** Whether a name was told before: of a purchase whose store is told, also that it was told as late. */
export function isToldBy(told: NameRow, name: NameClaim, { store }: Pick<Claim, 'store'>): boolean {
  return told.toldAt <= name.toldAt && (!store || told.lastToldAt >= name.toldAt)
}

/**
 * Whether a transfer took the purchase. Whom the provider has named with it since, last, has it. Else no event says which
 * were restored: where not all are taken, it is the only one of that store that can be meant.
 */
function isClear(
  { takesAll, hasOthers, userId, movedAt, store }: TransferClaim,
  ofStore: string,
  names: readonly NameRow[],
): boolean {
  const since = names.filter(({ rank, lastToldAt }) => isOfPayload(rank) && lastToldAt >= movedAt)
  const lastToldAt = Math.max(...since.map((name) => name.lastToldAt))
  const last = since.filter((name) => name.lastToldAt === lastToldAt)
  if (last.length > 0) return last.some((name) => name.userId === userId)
  return takesAll === 1 || (store !== '' && store === ofStore && hasOthers === 0)
}

function isOfPayload(rank: NameRank): boolean {
  return rank !== 'hand' && rank !== 'moved'
}

/**
 * Names as they count by now: what was told under a customer before the provider transferred them names whom they were
 * transferred to; what they buy afterwards is their own.
 */
function namesThatCount(
  { source, transfers }: Pick<ClaimState, 'source'> & { readonly transfers: readonly Transfer[] },
  names: readonly NameClaim[],
): readonly Name[] {
  return names.map(({ rank, userId, customerId, toldAt }) => {
    if (!isOfPayload(rank)) return { rank, userId, toldAt }
    const to = userAfterTransfers(transfers, customerId || (source?.customerId ?? ''), toldAt)
    return { rank, userId: to ?? userId, toldAt: 0 }
  })
}

/** Whose a purchase is that names nobody, where the provider transferred its customer since they were moved by hand. */
function transferredFrom(
  {
    source,
    customer,
    transfers,
  }: Pick<ClaimState, 'source' | 'customer'> & { readonly transfers: readonly Transfer[] },
  { customerId }: Claim,
): string | null {
  const claimedUnder = source?.customerId ?? customerId
  const since = customer?.id === claimedUnder ? customer?.movedAt : null
  return claimedUnder === null ? null : userAfterTransfers(transfers, claimedUnder, since ?? -Infinity)
}

/** A link that somebody spoke of stays; one by names holds as long as all name one user. */
function linkAfter(
  { customer, usersOfCustomer }: ClaimState,
  { customerId }: Claim,
  names: readonly NameClaim[],
): Link {
  if (customerId === null || (customer !== null && customer.byNames === 0)) return { type: 'same' }
  // What a buyer wrote says nothing of a customer.
  const told = names.filter((name) => name.customerId === customerId && !isOfBuyer(name.rank))
  const users = [...usersOfCustomer, ...told.map(({ userId }) => userId)].filter((user) => user !== null)
  const userId = userByNames(users)
  if (userId === (customer?.userId ?? null)) return { type: 'same' }
  return userId === null ? { type: 'dissolved', customerId } : { type: 'made', customerId, userId }
}

function userAfter(link: Link, customer: ClaimState['customer']): string | null {
  if (link.type === 'same') return customer?.userId ?? null
  return link.type === 'made' ? link.userId : null
}
