import type { Fact, LinkFact, TransferFact } from '../../domain/purchases/register/fact.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import { waitKey } from '../../inbox/waits.ts'
import { NotConcerned } from '../../owners/audience.ts'
import type { OwnerDeps } from '../../owners/claim-purchase-ids.ts'
import { tellCustomer, userOfCustomer } from '../../owners/customers.ts'
import { type DecidedAgain, decideAgain } from '../../owners/decide-again.ts'
import type { OwnerLookUp } from '../../owners/owner-look-up.ts'
import { keepTransfer } from '../../owners/transfers.ts'
import { type NamingDeps, transfersTakeAll } from '../admission/weigh-names.ts'
import { ownUserId } from '../provider/own-user-id.ts'

type FollowDeps = OwnerDeps & Pick<NamingDeps, 'namings'>

/** What came of what was said of customers alone. */
export interface CustomersOutcome extends DecidedAgain {
  /** Whether all of it was known, and so nothing written. */
  readonly isAsKnown: boolean
  /** Whether what was looked up before may be another user's by now. */
  readonly mayMove: boolean
  readonly userId: UserId | null
  readonly waitsFor: readonly string[]
}

const NOTHING: CustomersOutcome = {
  isAsKnown: true,
  mayMove: false,
  userId: null,
  waitsFor: [],
  changes: [],
  isUnclear: false,
}

/** Does what an event says of customers, and of no purchase: first all links, then the transfers. */
export async function followCustomers(
  deps: FollowDeps,
  event: ClaimedEvent,
  facts: readonly Fact[],
  lookUp: OwnerLookUp,
): Promise<CustomersOutcome> {
  const all: CustomersOutcome[] = []
  for (const fact of facts) {
    if (fact.type === 'link' && fact.refs.length === 0) {
      all.push(await linkCustomer(deps, event, fact, event.occurredAt, lookUp))
    }
  }
  for (const fact of facts) {
    if (fact.type === 'transfer') all.push(await transferCustomers(deps, event, fact, event.occurredAt))
  }
  return {
    isAsKnown: all.every(({ isAsKnown }) => isAsKnown),
    mayMove: all.some(({ mayMove }) => mayMove),
    userId: all.find(({ userId }) => userId !== null)?.userId ?? null,
    waitsFor: all.flatMap(({ waitsFor }) => waitsFor),
    changes: all.flatMap(({ changes }) => changes),
    isUnclear: all.some(({ isUnclear }) => isUnclear),
  }
}

/**
 * Links a customer to a user, of whichever purchase. What is known already is not linked again, but where it was told
 * earlier: the latest counts, and the order in which it comes does not.
 */
async function linkCustomer(
  { d1, now, only }: FollowDeps,
  of: ProviderAccount,
  { customer, userId }: LinkFact,
  toldAt: Instant,
  lookUp: OwnerLookUp,
): Promise<CustomersOutcome> {
  if (customer === null || userId === null) return NOTHING
  const before = lookUp.customers.get(customer)
  const isKnown = before?.userId === userId && (before.isMoved || (before.toldAt ?? -Infinity) >= toldAt)
  if (isKnown) return { ...NOTHING, userId }
  const change = await tellCustomer(d1, of, { customerId: customer, userId, toldAt }, now(), only)
  // A move by hand is stronger than any link.
  const mayMove = before?.userId !== userId && before?.isMoved !== true
  return { ...NOTHING, isAsKnown: false, mayMove, userId, changes: [change] }
}

/**
 * Gives what customers have to the user of another one. As of when it happened: a transfer that is told late undoes none,
 * and what was first told of a purchase after the transfer leaves it to whom it names.
 */
export async function transferCustomers(
  { d1, now, only, namings }: FollowDeps,
  of: ProviderAccount,
  { from, to, store }: TransferFact,
  movedAt: Instant,
): Promise<CustomersOutcome> {
  // A name that is a user's own id is that user's, unless somebody said otherwise by hand.
  const userId = (await userOfCustomer(d1, of, to)) ?? ownUserId(to)
  if (userId === null) return { ...NOTHING, waitsFor: [waitKey.customer(to)] }
  if (only !== null && !only.has(userId)) throw new NotConcerned()
  const takesAll = transfersTakeAll({ namings }, of.provider)
  for (const customerId of from) {
    const transfer = { customerId, toCustomer: to, userId, movedAt, store: store ?? '', takesAll }
    await keepTransfer(d1, of, transfer, now(), only)
  }
  const all: DecidedAgain[] = []
  for (const customerId of from) all.push(await decideAgain({ d1, now, only }, of, customerId))
  return {
    ...NOTHING,
    isAsKnown: false,
    mayMove: true,
    userId,
    changes: all.flatMap(({ changes }) => changes),
    isUnclear: all.some(({ isUnclear }) => isUnclear),
  }
}
