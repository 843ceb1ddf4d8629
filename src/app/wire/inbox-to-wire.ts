import type { InboxRow } from '../../inbox/inbox-event.ts'
import type { Conflict } from '../../inbox/take-in.ts'
import type { CustomerLink } from '../../owners/customer-link.ts'
import { instantToWire } from './wire.ts'

export function inboxRowToWire(row: InboxRow) {
  const { id, provider, account, eventId, type, mode, state, reason, userId } = row
  return {
    id,
    provider,
    account,
    eventId,
    type,
    mode,
    occurredAt: instantToWire(row.occurredAt),
    receivedAt: instantToWire(row.receivedAt),
    state,
    reason,
    flags: JSON.parse(row.flags) as readonly string[],
    userId,
    versions: JSON.parse(row.versions) as readonly number[],
    deliveries: row.deliveries,
    conflicts: (JSON.parse(row.conflicts) as readonly Conflict[]).map(({ bodySha256, receivedAt }) => ({
      bodySha256,
      receivedAt: instantToWire(receivedAt),
    })),
    replays: row.replays,
    attempts: row.attempts,
    nextAttemptAt: instantToWire(row.nextAttemptAt),
  }
}

export function customerToWire({ provider, account, customerId, userId, version, moving }: CustomerLink) {
  return { provider, account, customerId, userId, version, moving }
}
