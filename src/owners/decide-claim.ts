import { isOfBuyer, userByNames, userOfPurchase } from '../domain/purchases/owners/named-user.ts'
import type { Transfer } from '../domain/purchases/owners/transfer.ts'
import type { CustomerId, SourceId, UserId } from '../domain/values/ids.ts'
import { isSameJson } from '../domain/values/json.ts'
import { isClear, namesThatCount, transfersOf, userAfterLink } from './after-transfers.ts'
import type { Claim, ClaimState, NameClaim, NameRow } from './claim.ts'

// The second step of a claim: pure, between `claim-state`, which looks up, and `claim-statements`, which write.

/** What becomes of the link of a customer. */
export type Link =
  | { readonly type: 'same' }
  | { readonly type: 'made'; readonly customerId: CustomerId; readonly userId: UserId }
  | { readonly type: 'dissolved'; readonly customerId: CustomerId }

/** What is to be written of a claim. */
export interface Decision {
  readonly before: ClaimState
  readonly sourceId: SourceId
  /** `null` where it is nobody's. */
  readonly user: UserId | null
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
  const known = claim.isHandLifted ? before.names.filter(({ rank }) => rank !== 'hand') : before.names
  const names = claim.names.filter(
    (name) => !known.some((row) => isSameName(row, name) && isToldBy(row, name, claim)),
  )
  const link = linkAfter(before, claim, names)
  const all = withNames(known, names)
  const store = source?.store || claim.store || ''
  const mayConcern = transfersOf(before, store)
  const clear = mayConcern.filter((transfer) => isClear(transfer, store, all))
  const userBy = (transfers: readonly Transfer[]) =>
    userOfPurchase({
      names: namesThatCount({ source, transfers }, all),
      // Who has it by hand alone has no other claim to it.
      userId:
        userAfterLink({ source, customer, transfers }, claim) ??
        (claim.isHandLifted ? null : source?.userId || null),
      isOfBefore: source !== null && source.keepsNames === 0 && !claim.isHandLifted,
      userOfCustomer: userOfLink(link, customer),
    })
  const whose = userBy(clear)
  const user = whose.type === 'user' ? whose.userId : null
  return {
    before,
    sourceId: source?.sourceId ?? newSourceId(claim.ids),
    user,
    isDisputed: whose.type === 'disputed',
    isClaimed: source !== null || claim.isKept || (user !== null && claim.isNaming),
    moves: source !== null && (source.userId || null) !== user,
    names,
    link,
    isUnclear: !isSameJson(userBy(mayConcern), whose),
  }
}

/** Returns the name of a source that is not known yet: the first id that is told of its purchase. */
function newSourceId([first = '']: readonly string[]): SourceId {
  return first
}

/** The names that are kept once others are told: of one that was told before, when it was told first and last. */
function withNames(known: readonly NameRow[], names: readonly NameClaim[]): readonly NameRow[] {
  return [
    ...known.filter((row) => !names.some((name) => isSameName(row, name))),
    ...names.map((name) => {
      const before = known.find((row) => isSameName(row, name))
      return {
        ...name,
        toldAt: Math.min(before?.toldAt ?? name.toldAt, name.toldAt),
        lastToldAt: Math.max(before?.lastToldAt ?? name.toldAt, name.toldAt),
      }
    }),
  ]
}

function isSameName(a: NameClaim, b: NameClaim): boolean {
  return a.id === b.id && a.rank === b.rank && a.userId === b.userId && a.customerId === b.customerId
}

/** Whether a name was told before: of a purchase whose store is told, also that it was told as late. */
export function isToldBy(told: NameRow, name: NameClaim, { store }: Pick<Claim, 'store'>): boolean {
  return told.toldAt <= name.toldAt && (!store || told.lastToldAt >= name.toldAt)
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

function userOfLink(link: Link, customer: ClaimState['customer']): UserId | null {
  if (link.type === 'same') return customer?.userId ?? null
  return link.type === 'made' ? link.userId : null
}
