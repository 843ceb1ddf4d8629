import { type SQLWrapper, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type Name, userByNames, userOfPurchase } from '../../domain/checkout/named-user.ts'
import { d1Failure } from '../d1-failure.ts'
import { batchOf } from './batch-of.ts'
import { type Change, aChange, changeUser, changeUsers, namelessOf } from './change-user.ts'
import { type ClaimState, type ToldName, claimState } from './claim-state.ts'
import { waitKey, wakeStatements } from './inbox-waits.ts'
import type { ProviderAccount } from './provider-account.ts'

/** How often a claim is looked at again because others claim, or name, at the same time. */
const ATTEMPTS_MAX = 10

/** Whose a purchase is, and by which source of theirs. */
export interface Owner {
  readonly userId: string
  readonly sourceRef: string
}

export interface Claim {
  /** All of one purchase: the first is the name of its source, unless one of them is known. */
  readonly ids: readonly string[]
  /** Under whom the purchase is claimed: where nobody names its user it is the user of that customer whose it becomes. */
  readonly customerId: string | null
  /** What is told of whose it is, besides what was told before. */
  readonly names: readonly ToldName[]
  /** Whether the ids are kept together even while the purchase is nobody's; else they only point at it. */
  readonly isKept: boolean
  /** Whether a purchase may be claimed by them that is not known yet: what only points at one finds it later. */
  readonly isNaming: boolean
  /** Whether what was decided by hand before is taken back. */
  readonly isHandLifted: boolean
}

/** What became of a claim. */
export interface Claimed {
  /** `null` where it is nobody's. */
  readonly owner: Owner | null
  /** Whether it is nobody's because two names of one rank name two users. */
  readonly isDisputed: boolean
  /** Under which sources are on their way to another user, `null` where none has to be. */
  readonly change: Change | null
}

/**
 * Claims ids of a purchase and keeps what is told of whose it is; wakes who waits for them. Whose it is, and which user
 * its customer is, follows from all that was ever told: it is decided on one state of that, and written only while
 * that is still so.
 */
export async function claimRefs(
  d1: D1Database,
  of: ProviderAccount,
  claim: Claim,
  now: number,
): Promise<Claimed> {
  for (let attempt = 1; ; attempt += 1) {
    const text = await readText(d1, of, claim)
    const decision = decided(JSON.parse(text) as ClaimState, claim)
    const change = aChange(now)
    const guard = sql`INSERT INTO guards (holds) SELECT 0 WHERE ${claimState(of, claim)} IS NOT ${text}`
    try {
      await batchOf(d1, [guard, ...statements(d1, of, claim, decision, change)])
      const { user, sourceRef, moves, link } = decision
      return {
        owner: user === '' ? null : { userId: user, sourceRef },
        isDisputed: decision.isDisputed,
        change: moves || link.type === 'dissolved' ? change : null,
      }
    } catch (error) {
      if (d1Failure(error) !== 'lost' || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

async function readText(d1: D1Database, of: ProviderAccount, claim: Claim): Promise<string> {
  const row = await drizzle(d1).get<{ state: string }>(sql`SELECT ${claimState(of, claim)} AS state`)
  return row.state
}

/** What becomes of the link of a customer. */
type Link =
  | { readonly type: 'same' }
  | { readonly type: 'made'; readonly customerId: string; readonly userId: string }
  | { readonly type: 'dissolved'; readonly customerId: string }

interface Decision {
  readonly before: ClaimState
  readonly sourceRef: string
  /** Empty where it is nobody's. */
  readonly user: string
  readonly isDisputed: boolean
  /** Whether somebody else had it, or nobody though it was known. */
  readonly moves: boolean
  readonly names: readonly ToldName[]
  readonly link: Link
}

function decided(before: ClaimState, claim: Claim): Decision {
  const { source, customer } = before
  const isSame = (a: ToldName, b: ToldName) =>
    a.id === b.id && a.rank === b.rank && a.userId === b.userId && a.customerId === b.customerId
  const known = claim.isHandLifted ? before.names.filter(({ rank }) => rank !== 'hand') : before.names
  const names = claim.names.filter((name) => !known.some((told) => isSame(told, name)))
  const link = linkAfter(before, claim, names)
  const whose = userOfPurchase({
    names: [...known, ...names.map((name) => renamed(name, before))],
    // Who has it by hand alone has no other claim to it.
    userId: claim.isHandLifted ? null : source?.userId || null,
    isOfBefore: source !== null && source.keepsNames === 0 && !claim.isHandLifted,
    userOfCustomer: userAfter(link, customer),
  })
  const user = whose.type === 'user' ? whose.userId : ''
  return {
    before,
    sourceRef: source?.sourceRef ?? claim.ids[0] ?? '',
    user,
    isDisputed: whose.type === 'disputed',
    moves: source !== null && source.userId !== user,
    names,
    link,
  }
}

/** A name that was told under a customer whom the provider has transferred names whom they were transferred to. */
function renamed(name: ToldName, { customer }: ClaimState): Name {
  const to = customer?.id === name.customerId ? customer.renamedTo : null
  return to === null ? name : { ...name, userId: to }
}

/** A link that somebody spoke of stays; one by names holds as long as all name one user. */
function linkAfter(
  { customer, usersOfCustomer }: ClaimState,
  { customerId }: Claim,
  names: readonly ToldName[],
): Link {
  if (customerId === null || (customer !== null && customer.byNames === 0)) return { type: 'same' }
  const told = names.filter((name) => name.customerId === customerId)
  const users = [...usersOfCustomer, ...told.map(({ userId }) => userId)].filter((user) => user !== null)
  const userId = userByNames(users)
  if (userId === (customer?.userId ?? null)) return { type: 'same' }
  return userId === null ? { type: 'dissolved', customerId } : { type: 'made', customerId, userId }
}

function userAfter(link: Link, customer: ClaimState['customer']): string | null {
  if (link.type === 'same') return customer?.userId ?? null
  return link.type === 'made' ? link.userId : null
}

function statements(
  d1: D1Database,
  of: ProviderAccount,
  claim: Claim,
  { before, sourceRef, user, moves, names, link }: Decision,
  change: Change,
): SQLWrapper[] {
  const { provider, account } = of
  const { ids, customerId } = claim
  const isClaimed = before.source !== null || claim.isKept || (user !== '' && claim.isNaming)
  const all: SQLWrapper[] = []
  if (claim.isHandLifted) all.push(...liftHand(of, sourceRef, ids))
  if (names.length > 0) {
    all.push(
      sql`
        INSERT INTO names (provider, account, id, rank, user_id, customer_id, told_at)
        SELECT ${provider}, ${account}, value ->> 'id', value ->> 'rank', value ->> 'userId', value ->> 'customerId',
          value ->> 'toldAt'
        FROM json_each(${JSON.stringify(names)}) WHERE true
        ON CONFLICT DO NOTHING`,
    )
  }
  if (moves) all.push(...changeUser(of, { sourceRef, to: user }, change))
  if (isClaimed) {
    const claimedUnder = before.source?.customerId ?? customerId
    all.push(
      sql`
        INSERT INTO refs (provider, account, id, user_id, source_ref, customer_id, keeps_names)
        SELECT ${provider}, ${account}, value, ${user}, ${sourceRef}, ${claimedUnder}, ${before.source?.keepsNames ?? 1}
        FROM json_each(${JSON.stringify(ids)}) WHERE true
        ON CONFLICT DO NOTHING`,
    )
  }
  if (before.source !== null && customerId !== null) {
    // What was first claimed without a customer follows the customer once one is named.
    all.push(
      sql`
        UPDATE refs SET customer_id = ${customerId}
        WHERE provider = ${provider} AND account = ${account} AND customer_id IS NULL
          AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
    )
  }
  all.push(...linkStatements(d1, of, link, change))
  const keys = [...new Set([...ids, sourceRef])].map(waitKey.ref)
  all.push(...wakeStatements(d1, of, user === '' ? [] : keys, change.at))
  return all
}

/** Forgets what was decided by hand of a purchase: from then on names decide, also of what was claimed before them. */
function liftHand(
  { provider, account }: ProviderAccount,
  sourceRef: string,
  ids: readonly string[],
): SQLWrapper[] {
  const isOfSource = sql`provider = ${provider} AND account = ${account} AND source_ref = ${sourceRef}`
  return [
    sql`
      DELETE FROM names WHERE provider = ${provider} AND account = ${account} AND rank = 'hand' AND id IN (
        SELECT value FROM json_each(${JSON.stringify(ids)})
        UNION SELECT id FROM refs INDEXED BY refs_by_source WHERE ${isOfSource}
      )`,
    sql`UPDATE refs INDEXED BY refs_by_source SET keeps_names = 1 WHERE ${isOfSource}`,
  ]
}

function linkStatements(d1: D1Database, of: ProviderAccount, link: Link, change: Change): SQLWrapper[] {
  if (link.type === 'same') return []
  const { provider, account } = of
  const { customerId } = link
  if (link.type === 'made') {
    return [
      sql`
        INSERT INTO customers (provider, account, customer_id, user_id, by_names)
        VALUES (${provider}, ${account}, ${customerId}, ${link.userId}, 1)
        ON CONFLICT (provider, account, customer_id) DO UPDATE SET user_id = excluded.user_id`,
      ...wakeStatements(d1, of, [waitKey.customer(customerId)], change.at),
    ]
  }
  // What names nobody was given to whom all names named: now nobody can say whose it is.
  return [
    ...changeUsers(namelessOf(of, customerId), '', change),
    sql`
      DELETE FROM customers
      WHERE provider = ${provider} AND account = ${account} AND customer_id = ${customerId} AND by_names = 1`,
  ]
}

/**
 * Lets more ids stand for a purchase that is somebody's and of which nothing else is told, as with every renewal. `null`
 * where it is not as simple as that: by one of the ids somebody may have named its user.
 */
export async function addAliases(
  d1: D1Database,
  of: ProviderAccount,
  { knownId, ids }: { readonly knownId: string; readonly ids: readonly string[] },
  now: number,
): Promise<Owner | null> {
  const { provider, account } = of
  const asked = JSON.stringify(ids)
  const [, found] = await batchOf(d1, [
    sql`
      INSERT INTO refs (provider, account, id, user_id, source_ref, customer_id, keeps_names)
      SELECT provider, account, asked.value, user_id, source_ref, customer_id, keeps_names
      FROM json_each(${asked}) asked
      CROSS JOIN refs ON provider = ${provider} AND account = ${account} AND refs.id = ${knownId}
      WHERE NOT EXISTS (
        SELECT 1 FROM names
        WHERE names.provider = ${provider} AND names.account = ${account} AND names.id = asked.value
      )
      ON CONFLICT DO NOTHING`,
    sql`
      SELECT DISTINCT user_id AS userId, source_ref AS sourceRef FROM json_each(${JSON.stringify([knownId, ...ids])}) asked
      LEFT JOIN refs ON provider = ${provider} AND account = ${account} AND refs.id = asked.value`,
    ...wakeStatements(d1, of, ids.map(waitKey.ref), now),
  ])
  const [owner, ...others] = (found?.results ?? []) as Owner[]
  return owner !== undefined && others.length === 0 && owner.userId ? owner : null
}
