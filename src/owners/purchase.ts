import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { namedUser } from '../domain/purchases/owners/named-user.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { PurchaseId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { InboxState } from '../inbox/inbox-event.ts'
import { waitKey } from '../inbox/waits.ts'
import { namesByNow } from './after-transfers.ts'
import { claimState } from './claim-state.ts'
import type { ClaimState } from './claim.ts'
import { type PurchaseSource, purchaseSource } from './purchase-source.ts'

// What the API tells of a purchase, and whose it is.

/** How many events that wait for a purchase are looked at. */
const WAITING_MAX = 20

/** What is known of a purchase by any of the ids that stand for it. */
export interface PurchaseLookUp {
  /** `null` while it is nobody's. */
  readonly userId: UserId | null
  /** All users whom names name. */
  readonly namedUsers: readonly UserId[]
  readonly isDisputed: boolean
  readonly isMoving: boolean
  /** The event that waits for it and came last, and the keys that it waits for. */
  readonly waiting: { readonly reason: string | null; readonly waitsFor: readonly string[] } | null
  /** `null` while it is nobody's, or their ledger has never heard of it. */
  readonly source: PurchaseSource | null
}

/** Looks for a purchase by ids of it, the first that is known; `null` where nothing was ever told of one. */
export async function purchaseByIds(
  d1: D1Database,
  of: ProviderAccount,
  ids: readonly PurchaseId[],
  now: Instant,
): Promise<PurchaseLookUp | null> {
  const state = await stateOfPurchase(d1, of, ids)
  const { source } = state
  const names = namesByNow(state)
  const waiting = await waitingFor(d1, of, ids, source?.sourceId ?? null)
  if (source === null && names.length === 0 && waiting === null) return null
  const userId = source?.userId || null
  return {
    userId,
    namedUsers: names.map((name) => name.userId),
    isDisputed: userId === null && namedUser(names).type === 'disputed',
    isMoving: source !== null && (await isMoving(d1, of, source.sourceId)),
    waiting,
    source:
      source === null || userId === null
        ? null
        : await purchaseSource(d1, of, { userId, sourceId: source.sourceId, now }),
  }
}

/** What decides whose a purchase is. */
export async function stateOfPurchase(
  d1: D1Database,
  of: ProviderAccount,
  ids: readonly PurchaseId[],
): Promise<ClaimState> {
  const asked = claimState(of, { ids, customerId: null })
  const row = await drizzle(d1).get<{ state: string }>(sql`SELECT ${asked} AS state`)
  return JSON.parse(row.state) as ClaimState
}

interface WaitRow {
  readonly inboxId: string
  readonly state: InboxState
  readonly reason: string | null
  readonly key: string
}

async function waitingFor(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  ids: readonly PurchaseId[],
  sourceId: SourceId | null,
): Promise<PurchaseLookUp['waiting']> {
  const keys = JSON.stringify(ids.map(waitKey.purchase))
  const rows = await drizzle(d1).all<WaitRow>(sql`
    SELECT event.id AS inboxId, event.state, event.reason, waits.key
    FROM (
      SELECT DISTINCT inbox_id FROM (
        SELECT value AS key FROM json_each(${keys})
        UNION
        SELECT 'ref:' || id FROM refs INDEXED BY refs_by_source
        WHERE provider = ${provider} AND account = ${account} AND source_ref = ${sourceId}
      ) known
      CROSS JOIN inbox_waits ON inbox_waits.provider = ${provider} AND inbox_waits.account = ${account}
        AND inbox_waits.key = known.key
      ORDER BY inbox_id DESC LIMIT ${WAITING_MAX}
    ) chosen
    CROSS JOIN inbox event ON event.id = chosen.inbox_id
    CROSS JOIN inbox_waits waits ON waits.inbox_id = event.id
    WHERE event.state IN ('quarantined', 'unmatched')
    ORDER BY event.id DESC, waits.key`)
  const [last] = rows
  if (last === undefined) return null
  const waitsFor = rows.filter(({ inboxId }) => inboxId === last.inboxId).map(({ key }) => key)
  return { reason: last.reason, waitsFor }
}

async function isMoving(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  ref: SourceId,
): Promise<boolean> {
  const rows = await drizzle(d1).all(sql`
    SELECT 1 FROM source_moves WHERE provider = ${provider} AND account = ${account} AND source_ref = ${ref}
      AND due_at IS NOT NULL`)
  return rows.length > 0
}
