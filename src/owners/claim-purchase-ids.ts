import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { PurchaseId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { waitKey, wakeStatements } from '../inbox/waits.ts'
import { batchOf } from '../platform/batch-of.ts'
import { d1Failure } from '../platform/d1-failure.ts'
import { type Audience, concernsOnly } from './audience.ts'
import { type OwnerChange, newOwnerChange } from './change-user.ts'
import { claimState } from './claim-state.ts'
import { claimStatements } from './claim-statements.ts'
import type { Claim, ClaimState } from './claim.ts'
import { type Decision, decideClaim } from './decide-claim.ts'
import { sameAccountGuard } from './unsigned-account.ts'

/** How often a claim is looked at again because others claim, or name, at the same time. */
const ATTEMPTS_MAX = 10

/** What is needed to find whose purchases and customers are. */
export interface OwnerDeps {
  readonly d1: D1Database
  readonly now: () => Instant
  /** Whom alone it may concern. */
  readonly only: Audience
}

/** Whose a purchase is, and by which source of theirs. */
export interface Owner {
  readonly userId: UserId
  readonly sourceId: SourceId
}

/** What became of a claim. */
export interface ClaimOutcome {
  /** `null` where it is nobody's. */
  readonly owner: Owner | null
  /** Whether it is nobody's because two names of one rank name two users. */
  readonly isDisputed: boolean
  /** Whether a transfer may have taken it, and nobody says so. */
  readonly isUnclear: boolean
  /** Whether by it something else that its customer had may no longer be clear to have been transferred. */
  readonly unsettles: boolean
  /** Under which sources are on their way to another user, `null` where none has to be. */
  readonly change: OwnerChange | null
}

/**
 * Claims ids of a purchase and keeps what is told of whose it is; wakes the events that wait for them. Whose it is, and
 * which user its customer is, follows from all that was ever told: that is looked up, it is decided, and what was decided
 * is written only while what was looked up is still so. Throws `NotConcerned` where it concerns others than `only`.
 */
export async function claimPurchaseIds(
  d1: D1Database,
  of: ProviderAccount,
  claim: Claim,
  now: Instant,
  only: Audience = null,
): Promise<ClaimOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const text = await lookUp(d1, of, claim)
    const state = JSON.parse(text) as ClaimState
    concernsOnly(only, state)
    const decision = decideClaim(state, claim)
    const change = newOwnerChange(now)
    try {
      await batchOf(d1, [
        sql`INSERT INTO guards (holds) SELECT 0 WHERE ${claimState(of, claim)} IS NOT ${text}`,
        ...sameAccountGuard(of, claim.ids),
        ...claimStatements(d1, of, claim, decision, change),
      ])
      return outcomeOf(state, decision, change)
    } catch (error) {
      if (d1Failure(error) !== 'lost' || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

async function lookUp(d1: D1Database, of: ProviderAccount, claim: Claim): Promise<string> {
  const row = await drizzle(d1).get<{ state: string }>(sql`SELECT ${claimState(of, claim)} AS state`)
  return row.state
}

function outcomeOf(
  { source, transfers }: ClaimState,
  { user, sourceId, isClaimed, isDisputed, isUnclear, moves, names, link }: Decision,
  change: OwnerChange,
): ClaimOutcome {
  return {
    owner: user === null || !isClaimed ? null : { userId: user, sourceId },
    isDisputed,
    isUnclear,
    unsettles: (source === null || names.length > 0) && transfers.some(({ takesAll }) => takesAll === 0),
    change: moves || link.type === 'dissolved' ? change : null,
  }
}

/**
 * Lets more ids stand for a purchase that is somebody's and of which nothing else is told, as with every renewal. `null`
 * where it is not as simple as that: by one of the ids somebody may have named its user.
 */
export async function addAliases(
  d1: D1Database,
  of: ProviderAccount,
  { knownId, ids }: { readonly knownId: PurchaseId; readonly ids: readonly PurchaseId[] },
  now: Instant,
): Promise<Owner | null> {
  const { provider, account } = of
  const asked = JSON.stringify(ids)
  const [, found] = await batchOf(d1, [
    sql`
      INSERT INTO refs (provider, account, id, user_id, source_ref, customer_id, keeps_names, store)
      SELECT provider, account, asked.value, user_id, source_ref, customer_id, keeps_names, store
      FROM json_each(${asked}) asked
      CROSS JOIN refs ON provider = ${provider} AND account = ${account} AND refs.id = ${knownId}
      WHERE NOT EXISTS (
        SELECT 1 FROM names
        WHERE names.provider = ${provider} AND names.account = ${account} AND names.id = asked.value
      )
      ON CONFLICT DO NOTHING`,
    sql`
      SELECT DISTINCT user_id AS userId, source_ref AS sourceId FROM json_each(${JSON.stringify([knownId, ...ids])}) asked
      LEFT JOIN refs ON provider = ${provider} AND account = ${account} AND refs.id = asked.value`,
    ...wakeStatements(d1, of, ids.map(waitKey.purchase), now),
  ])
  const [owner, ...others] = (found?.results ?? []) as Owner[]
  return owner !== undefined && others.length === 0 && owner.userId ? owner : null
}
