import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { Instant } from '../domain/values/instant.ts'
import { toHex } from '../platform/sha256.ts'
import { type ClaimedEvent, firstInboxId } from './inbox-event.ts'

/** Why an event waits that cannot be read. */
export const MALFORMED = 'malformed'

/** How many deliveries with other content are kept of one event. */
const CONFLICTS_MAX = 20

/** How long an event is left to who has taken it in: the runtime lets them go on for half of it after their answer. */
const FIRST_LEASE_MS = 60_000

/** A verified event as it arrives. `body` is as it is kept; `bodySha256` is of what came. */
export interface ArrivedEvent extends ProviderAccount {
  readonly eventId: string
  readonly type: string
  readonly mode: 'live' | 'test' | null
  readonly occurredAt: Instant
  readonly receivedAt: Instant
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly bodySha256: string
  readonly factsSha256: string
  /** It says nothing that concerns anybody, and so is ignored as it comes. */
  readonly isSilent: boolean
  /** Why it cannot be read, though its signature held: it waits for somebody to look. `null` where it can. */
  readonly problem: string | null
  /** In whose turn it is processed where it has to wait; `null` for one of its own. */
  readonly turnOf: string | null
}

/** Another body under the id of an event that is known: kept as a sign, never applied. */
export interface Conflict {
  readonly bodySha256: string
  readonly receivedAt: Instant
}

/** What an event is to the inbox. A new one is claimed for who has taken it in, and comes with what was looked up. */
type TakeInOutcome =
  | { readonly type: 'new'; readonly event: ClaimedEvent; readonly found: readonly unknown[] }
  /** `isDue`: it waits for something, or failed, and may be tried again now. */
  | {
      readonly type: 'duplicate' | 'conflict'
      readonly event: { readonly id: string }
      readonly isDue: boolean
    }

// Of an event whose body was dropped only the hash of the body is kept.
const IS_SAME =
  "iif(inbox.facts_sha256 = '', inbox.body_sha256 = excluded.body_sha256, inbox.facts_sha256 = excluded.facts_sha256)"

// One that is `received` is due anyhow, or claimed by somebody.
const IS_TRIED = `${IS_SAME} AND inbox.body IS NOT NULL AND inbox.state IN ('unmatched', 'quarantined', 'failed')`

const TAKE_IN = `
  INSERT INTO inbox (id, provider, account, event_id, type, mode, occurred_at, received_at, headers, body,
    body_sha256, facts_sha256, state, attempts, next_attempt_at, reason, flags, turn_of)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, CAST(?10 AS BLOB), ?11, ?12, ?13, ?14, ?15, ?17, ?18, ?19)
  ON CONFLICT (provider, account, event_id) DO UPDATE SET
    deliveries = inbox.deliveries + 1,
    next_attempt_at = iif(${IS_TRIED}, excluded.received_at, inbox.next_attempt_at),
    attempts = iif(${IS_TRIED} AND inbox.next_attempt_at IS NULL, 0, inbox.attempts),
    conflicts = iif(${IS_SAME} OR json_array_length(inbox.conflicts) >= ${CONFLICTS_MAX},
      inbox.conflicts, json_insert(inbox.conflicts, '$[#]', json(?16)))
  RETURNING id, iif(facts_sha256 = '', body_sha256 = ?11, facts_sha256 = ?12) AS isSame, next_attempt_at = ?8 AND state <> 'received' AS isDue`

/**
 * Takes an event in, once for ever; a look-up of what it names goes along in the same batch. Delivered again it is
 * counted, and tried again if it waits for something; where it says something else it is kept as a conflict.
 */
export async function takeIn(
  d1: D1Database,
  arrived: ArrivedEvent,
  lookUp: D1PreparedStatement | null,
): Promise<TakeInOutcome> {
  const id = `${firstInboxId(arrived.receivedAt)}${toHex(crypto.getRandomValues(new Uint8Array(10)))}`
  const insert = d1.prepare(TAKE_IN).bind(...valuesOf(id, arrived))
  const [inserted, found] = lookUp === null ? [await insert.all()] : await d1.batch([insert, lookUp])
  const row = inserted?.results[0] as { id: string; isSame: number; isDue: number | null } | undefined
  if (row === undefined) throw new Error('An event was neither new nor known')
  if (row.id !== id) {
    return {
      type: row.isSame === 1 ? 'duplicate' : 'conflict',
      event: { id: row.id },
      isDue: row.isDue === 1,
    }
  }
  return { type: 'new', event: claimedEvent(id, arrived), found: found?.results ?? [] }
}

/**
 * Its first attempt counts from here on, whether anything is heard of it again or not; what is silent or malformed needs
 * none.
 */
function valuesOf(id: string, { isSilent, problem, body, ...event }: ArrivedEvent): unknown[] {
  const { receivedAt, bodySha256, factsSha256 } = event
  const isTried = !isSilent && problem === null
  return [
    id,
    event.provider,
    event.account,
    event.eventId,
    event.type,
    event.mode,
    event.occurredAt,
    receivedAt,
    JSON.stringify(event.headers),
    body,
    bodySha256,
    factsSha256,
    isTried ? 'received' : isSilent ? 'ignored' : 'quarantined',
    isTried ? 1 : 0,
    isTried ? receivedAt + FIRST_LEASE_MS : null,
    JSON.stringify({ bodySha256, receivedAt } satisfies Conflict),
    problem === null ? null : MALFORMED,
    JSON.stringify(problem === null ? [] : [problem]),
    event.turnOf,
  ]
}

/** What has just been inserted, as a look into the inbox would show it. */
function claimedEvent(
  id: string,
  { provider, account, eventId, type, mode, occurredAt }: ArrivedEvent,
): ClaimedEvent {
  return {
    id,
    provider,
    account,
    eventId,
    type,
    mode,
    occurredAt,
    reason: null,
    userId: null,
    versions: '[]',
    replays: 0,
    attempts: 1,
    reread: null,
  }
}
