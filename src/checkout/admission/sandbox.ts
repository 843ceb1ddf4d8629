import type { Fact, SourceFact } from '../../domain/purchases/register/fact.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import type { CustomerId, PurchaseId, UserId } from '../../domain/values/ids.ts'
import { waitKey } from '../../inbox/waits.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { NotConcerned } from '../../owners/audience.ts'
import { type OwnerLookUp, lookUpOwners } from '../../owners/owner-look-up.ts'
import { ownUserId } from '../provider/own-user-id.ts'
import { namesIn } from '../routing/route-fact.ts'

// App Review and testers buy in the sandbox of the live app
// (https://www.revenuecat.com/docs/test-and-launch/sandbox): a live deployment lets in what concerns its testers alone.

export interface SandboxDeps {
  readonly d1: D1Database
  /** The users who may buy in a sandbox at a live deployment. */
  readonly sandboxUsers: ReadonlySet<UserId>
}

/** Shown with each event of a sandbox that is let in. */
export const SANDBOX = 'sandbox'

/** Whether an event of a sandbox goes on; one that does not may have to wait until it is known whose it is. */
type Admission =
  { readonly isLetIn: true } | { readonly isLetIn: false; readonly waitsFor: readonly string[] }

const KEPT_OUT: Admission = { isLetIn: false, waitsFor: [] }

/**
 * Lets in what concerns named users alone: whom it names, whose its purchases are, and whose its customers are. Asked
 * before anything of it is written, so that of all others nothing reaches a ledger, a link or an id of a purchase.
 */
export async function admissionOf(
  { d1, sandboxUsers }: SandboxDeps,
  of: ProviderAccount,
  facts: readonly Fact[],
): Promise<Admission> {
  if (facts.length === 0) return KEPT_OUT
  const question = { ids: namesIn(facts).ids, customers: facts.flatMap(customersConcerned) }
  const lookUp = await lookUpOwners(d1, of, question)
  const isOther = (user: UserId) => !sandboxUsers.has(user)
  if (facts.some((fact) => usersOf(fact, lookUp).some(isOther) || takesOf(fact, lookUp).some(isOther)))
    return KEPT_OUT
  const waitsFor = facts.flatMap((fact) => keysMissing(fact, facts, lookUp))
  return waitsFor.length === 0 ? { isLetIn: true } : { isLetIn: false, waitsFor }
}

/** The ledgers of named users: where a purchase becomes another's in the meantime, it is told to nobody. */
export function ledgersOf(sandboxUsers: ReadonlySet<UserId>, ledgers: UserLedgers): UserLedgers {
  return (userId) => {
    if (!sandboxUsers.has(userId)) throw new NotConcerned()
    return ledgers(userId)
  }
}

function customersConcerned(fact: Fact): readonly CustomerId[] {
  if (fact.type === 'transfer') return [...fact.from, fact.to]
  if ('of' in fact) return []
  return fact.customer === null ? [] : [fact.customer]
}

function usersOf(fact: Fact, lookUp: OwnerLookUp): readonly UserId[] {
  const { ids } = namesIn([fact])
  const users = [
    ...(fact.type === 'link' && fact.userId !== null ? [fact.userId] : []),
    ...ids.map((id) => lookUp.purchases.get(id)?.userId),
    ...lookUp.names.flatMap(({ id, userId }) => (ids.includes(id) ? [userId] : [])),
    ...customersConcerned(fact).map((customer) => userOf(customer, lookUp)),
  ]
  // What is nobody's by now has no user.
  return users.flatMap((user) => user || [])
}

function userOf(customer: CustomerId, { customers, usersByNames }: OwnerLookUp): UserId | undefined {
  return customers.get(customer)?.userId ?? usersByNames.get(customer)
}

/** Where customers go by the ids of users, a transfer would take from a user who has not bought anything yet. */
function takesOf(fact: Fact, lookUp: OwnerLookUp): readonly UserId[] {
  if (fact.type !== 'transfer') return []
  const unlinked = fact.from.filter((customer) => userOf(customer, lookUp) === undefined)
  return unlinked.flatMap((customer) => ownUserId(customer) ?? [])
}

/** What has to be known before it is known whom a fact concerns. */
function keysMissing(fact: Fact, facts: readonly Fact[], lookUp: OwnerLookUp): readonly string[] {
  if (fact.type === 'link') return []
  const links = facts.filter((other) => other.type === 'link')
  const isCustomerKnown = (customer: CustomerId) =>
    userOf(customer, lookUp) !== undefined || links.some((link) => link.customer === customer)
  if (fact.type === 'transfer') return isCustomerKnown(fact.to) ? [] : [waitKey.customer(fact.to)]
  const ids = idsKnownFrom(fact, facts)
  const isPurchaseKnown = ids.some(
    (id) => lookUp.purchases.has(id) || links.some(({ refs }) => refs.includes(id)),
  )
  const customers = ids.flatMap((id) => namers(id, facts)).flatMap(customersConcerned)
  if (isPurchaseKnown || customers.some(isCustomerKnown)) return []
  return [...customers.map(waitKey.customer), ...ids.map(waitKey.purchase)]
}

/** The ids of a fact, with those under which a source that it points at names itself in the same event. */
function idsKnownFrom(fact: SourceFact, facts: readonly Fact[]): readonly PurchaseId[] {
  const ids = namesIn([fact]).ids
  return [...new Set([...ids, ...ids.flatMap((id) => namesIn(namers(id, facts)).ids)])]
}

function namers(id: PurchaseId, facts: readonly Fact[]): readonly Fact[] {
  return facts.filter((other) => 'ref' in other && [other.ref, ...other.aliases].includes(id))
}
