import { userId as userIdSchema } from '../../contract/user-id.ts'
import type { LinkFact, TransferFact } from '../../domain/purchases/register/fact.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { OwnerChange } from '../../owners/change-user.ts'
import { type Audience, NotConcerned } from '../../owners/audience.ts'
import { tellCustomer, userOfCustomer } from '../../owners/customers.ts'
import { waitKey } from '../../inbox/waits.ts'
import type { OwnerLookUp } from '../../owners/owner-look-up.ts'
import { claimPurchaseIds } from '../../owners/claim-purchase-ids.ts'
import { keepTransfer, sourcesThatCameTo } from '../../owners/transfers.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'

interface FollowDeps {
  readonly d1: D1Database
  readonly now: () => number
  /** Whom alone it may concern. */
  readonly only: Audience
}

/** What came of what was said of customers alone. */
export interface LinksOutcome {
  readonly userId: string | null
  readonly waitsFor: readonly string[]
  readonly changes: readonly OwnerChange[]
  /** Whether a transfer may have taken more than is clear. */
  readonly isUnclear: boolean
}

const NOTHING: LinksOutcome = { userId: null, waitsFor: [], changes: [], isUnclear: false }

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
  known: OwnerLookUp,
): Promise<LinksOutcome> {
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
  { from, to, store, takesAll }: TransferFact,
  movedAt: Instant,
): Promise<LinksOutcome> {
  // A name that is a user's own id is that user's, unless somebody said otherwise by hand.
  const userId = (await userOfCustomer(d1, of, to)) ?? (userIdSchema.safeParse(to).success ? to : null)
  if (userId === null) return { ...NOTHING, waitsFor: [waitKey.customer(to)] }
  if (only !== null && !only.has(userId)) throw new NotConcerned()
  for (const customerId of from) {
    const told = { customerId, toCustomer: to, userId, movedAt, store: store ?? '', takesAll }
    await keepTransfer(d1, of, told, now(), only)
  }
  const decided: Decided[] = []
  for (const customerId of from) decided.push(await decideAgain({ d1, now, only }, of, customerId))
  return {
    ...NOTHING,
    userId,
    changes: decided.flatMap(({ changes }) => changes),
    isUnclear: decided.some(({ isUnclear }) => isUnclear),
  }
}

type Decided = Pick<LinksOutcome, 'changes' | 'isUnclear'>

/** Decides anew whose all is that a customer had, or that came to them: once a transfer, or something beside it, is told. */
export async function decideAgain(
  { d1, now, only }: FollowDeps,
  of: ProviderAccount,
  customerId: string,
): Promise<Decided> {
  const changes: OwnerChange[] = []
  let isUnclear = false
  let sourceRefs = await sourcesThatCameTo(d1, of, customerId)
  while (sourceRefs.length > 0) {
    for (const sourceRef of sourceRefs) {
      const claimed = await claimPurchaseIds(d1, of, { ...ASKED_AGAIN, ids: [sourceRef] }, now(), only)
      if (claimed.change !== null) changes.push(claimed.change)
      isUnclear ||= claimed.isUnclear
    }
    sourceRefs = await sourcesThatCameTo(d1, of, customerId, sourceRefs.at(-1))
  }
  return { changes, isUnclear }
}
