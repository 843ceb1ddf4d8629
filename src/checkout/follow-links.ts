import type { LinkFact, TransferFact } from '../domain/checkout/fact.ts'
import type { Instant } from '../domain/instant.ts'
import type { Change } from '../ledger/across-users/change-user.ts'
import { type Concerned, ConcernsOthers } from '../ledger/across-users/concerned.ts'
import { tellCustomer, userOfCustomer } from '../ledger/across-users/customers.ts'
import { waitKey } from '../ledger/across-users/inbox-waits.ts'
import type { Known } from '../ledger/across-users/known.ts'
import type { ProviderAccount } from '../ledger/across-users/provider-account.ts'
import { claimRefs } from '../ledger/across-users/refs.ts'
import { keepTransfer, sourcesThatCameTo } from '../ledger/across-users/transfers.ts'

interface FollowDeps {
  readonly d1: D1Database
  readonly now: () => number
  /** Whom alone it may concern. */
  readonly only: Concerned
}

/** What came of what was said of customers alone. */
export interface Followed {
  readonly userId: string | null
  readonly waitsFor: readonly string[]
  readonly changes: readonly Change[]
}

const NOTHING: Followed = { userId: null, waitsFor: [], changes: [] }

/** Of what is known: nothing is told, and whose it is is decided anew. */
const ASKED_AGAIN = {
  customerId: null,
  names: [],
  isKept: false,
  isNaming: false,
  isHandLifted: false,
} as const

/**
 * Links a customer to a user, of whichever purchase. What is known already is not linked again, but where it was told
 * earlier: the latest counts, and the order in which it comes does not.
 */
export async function followLink(
  { d1, now, only }: FollowDeps,
  of: ProviderAccount,
  { customer, userId }: LinkFact,
  toldAt: Instant,
  known: Known,
): Promise<Followed> {
  if (customer === null || userId === null) return NOTHING
  const before = known.customers.get(customer)
  const isKnown = before?.userId === userId && (before.isMoved || (before.toldAt ?? -Infinity) >= toldAt)
  if (isKnown) return { ...NOTHING, userId }
  const change = await tellCustomer(d1, of, { customerId: customer, userId, toldAt }, now(), only)
  return { ...NOTHING, userId, changes: [change] }
}

/**
 * Gives what customers have to the user of another one. As of when it happened: a transfer that is told late undoes none,
 * and what was first told of a purchase after the transfer leaves it to whom it names.
 */
export async function followTransfer(
  { d1, now, only }: FollowDeps,
  of: ProviderAccount,
  { from, to }: TransferFact,
  movedAt: Instant,
): Promise<Followed> {
  const userId = await userOfCustomer(d1, of, to)
  if (userId === null) return { ...NOTHING, waitsFor: [waitKey.customer(to)] }
  if (only !== null && !only.has(userId)) throw new ConcernsOthers()
  const changes: Change[] = []
  for (const customerId of from) {
    await keepTransfer(d1, of, { customerId, toCustomer: to, userId, movedAt }, now(), only)
    let sourceRefs = await sourcesThatCameTo(d1, of, customerId)
    while (sourceRefs.length > 0) {
      for (const sourceRef of sourceRefs) {
        const { change } = await claimRefs(d1, of, { ...ASKED_AGAIN, ids: [sourceRef] }, now(), only)
        if (change !== null) changes.push(change)
      }
      sourceRefs = await sourcesThatCameTo(d1, of, customerId, sourceRefs.at(-1))
    }
  }
  return { ...NOTHING, userId, changes }
}
