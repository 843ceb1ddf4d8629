import type { LinkFact, TransferFact } from '../domain/checkout/fact.ts'
import type { Instant } from '../domain/instant.ts'
import { linkCustomer, moveCustomer, userOfCustomer } from '../ledger/across-users/customers.ts'
import { waitKey } from '../ledger/across-users/inbox-waits.ts'
import type { Known } from '../ledger/across-users/known.ts'
import type { ProviderAccount } from '../ledger/across-users/provider-account.ts'
import { type OwnerDeps, ownerOf } from './owner-of.ts'

/** What came of links and transfers. */
export interface Followed {
  /** Somebody else was first: a payload alone never takes a customer or a purchase from its user. */
  readonly isClaimed: boolean
  readonly userId: string | null
  readonly waitsFor: readonly string[]
}

const NOTHING: Followed = { isClaimed: false, userId: null, waitsFor: [] }

/** Links customers, and purchases without one, to users. What is known already is not linked again. */
export async function followLink(
  deps: OwnerDeps,
  of: ProviderAccount,
  { customer, refs: ids, userId }: LinkFact,
  known: Known,
): Promise<Followed> {
  if (customer !== null) {
    const isKnown = known.users.get(customer) === userId
    const isClaimed = !isKnown && (await linkCustomer(deps.d1, of, customer, userId, deps.now())) === 'other'
    return { ...NOTHING, isClaimed, userId }
  }
  const [sourceRef] = ids
  if (sourceRef === undefined) return NOTHING
  const owner = await ownerOf(deps, of, { ids, userId, sourceRef, customerId: null }, known)
  return { ...NOTHING, isClaimed: owner?.userId !== userId, userId }
}

/**
 * Moves customers to the user of another one. As of when it happened: a transfer that is told late undoes none.
 *
 * Which customer they went to is not kept, only whose that was then. So of a → b and b → c, told in this order, the
 * second leaves what came from a at b’s user; told the other way round, all of it ends at c’s.
 */
export async function followTransfer(
  { d1, now }: OwnerDeps,
  of: ProviderAccount,
  { from, to }: TransferFact,
  movedAt: Instant,
): Promise<Followed> {
  const userId = await userOfCustomer(d1, of, to)
  if (userId === null) return { ...NOTHING, waitsFor: [waitKey.customer(to)] }
  for (const customerId of from) await moveCustomer(d1, of, { customerId, userId, movedAt }, now())
  return { ...NOTHING, userId }
}
