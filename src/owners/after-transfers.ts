import type { Name, NameRank } from '../domain/purchases/owners/named-user.ts'
import { type Transfer, userAfterTransfers } from '../domain/purchases/owners/transfer.ts'
import type { UserId } from '../domain/values/ids.ts'
import type { Claim, ClaimState, NameClaim, NameRow, TransferClaim } from './claim.ts'

// What the provider's transfers of customers did to the names of one purchase.

/** The names of a purchase that was told before, as they count by now: by the transfers that took it, and no others. */
export function namesByNow(state: ClaimState): readonly Name[] {
  const { source, names } = state
  const store = source?.store ?? ''
  const transfers = transfersOf(state, store).filter((transfer) => isClear(transfer, store, names))
  return namesThatCount({ source, transfers }, names)
}

/** The transfers that may concern what was bought in a store, or in one that nobody has told. */
export function transfersOf({ transfers }: ClaimState, store: string): readonly TransferClaim[] {
  return transfers.filter((one) => store === '' || one.store === '' || one.store === store)
}

/**
 * Whether a transfer took the purchase. Whom the provider has named with it since, last, has it. Else no event says which
 * were restored: where not all are taken, it is the only one of that store that can be meant.
 */
export function isClear(
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
export function namesThatCount(
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
export function userAfterLink(
  {
    source,
    customer,
    transfers,
  }: Pick<ClaimState, 'source' | 'customer'> & { readonly transfers: readonly Transfer[] },
  { customerId }: Claim,
): UserId | null {
  const claimedUnder = source?.customerId ?? customerId
  const since = customer?.id === claimedUnder ? customer?.movedAt : null
  return claimedUnder === null ? null : userAfterTransfers(transfers, claimedUnder, since ?? -Infinity)
}
