import type { LinkFact, TransferFact } from '../domain/checkout/fact.ts'
import type { Instant } from '../domain/instant.ts'
import { linkCustomer, moveCustomer, userOfCustomer } from '../ledger/across-users/customers.ts'
import { waitKey } from '../ledger/across-users/inbox-waits.ts'
import { type ProviderAccount, claimRefs } from '../ledger/across-users/refs.ts'

/** What came of links and transfers. */
export interface Followed {
  /** Somebody else was first: a payload alone never takes a customer or a purchase from its user. */
  readonly isClaimed: boolean
  readonly userId: string | null
  /** What is known from now on. */
  readonly known: readonly string[]
  readonly waitsFor: readonly string[]
}

const NOTHING: Followed = { isClaimed: false, userId: null, known: [], waitsFor: [] }

/** Links customers, and purchases without one, to users. */
export async function followLink(d1: D1Database, of: ProviderAccount, fact: LinkFact): Promise<Followed> {
  const { customer, refs: ids, userId } = fact
  if (customer !== null) {
    const isClaimed = (await linkCustomer(d1, of, customer, userId)) === 'other'
    return { ...NOTHING, isClaimed, userId, known: [waitKey.customer(customer)] }
  }
  const [sourceRef] = ids
  if (sourceRef === undefined) return NOTHING
  const owner = await claimRefs(d1, of, { ids, userId, sourceRef, customerId: null })
  return { ...NOTHING, isClaimed: owner.userId !== userId, userId, known: ids.map(waitKey.ref) }
}

/**
 * Moves customers to the user of another one. As of when it happened: a transfer that is told late undoes none.
 *
 * Which customer they went to is not kept, only whose that was then. So of a → b and b → c, told in this order, the
 * second leaves what came from a at b’s user; told the other way round, all of it ends at c’s.
 */
export async function followTransfer(
  d1: D1Database,
  of: ProviderAccount,
  { from, to }: TransferFact,
  at: Instant,
): Promise<Followed> {
  const userId = await userOfCustomer(d1, of, to)
  if (userId === null) return { ...NOTHING, waitsFor: [waitKey.customer(to)] }
  for (const customer of from) await moveCustomer(d1, of, customer, userId, at)
  return { ...NOTHING, userId, known: from.map(waitKey.customer) }
}
