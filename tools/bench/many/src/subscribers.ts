import { dropBodies } from '../../../../src/inbox/drop-bodies.ts'
import { dropExpiredReceipts } from '../../../../src/ledger/store/receipts/drop-receipts.ts'
import { putCustomerLink } from '../../../../src/owners/customer-link.ts'
import { stripe } from '../../../../test/checkout/signatures/senders.ts'
import { type Ledger, aLedger, startOf } from './a-ledger.ts'
import { PRICE, deliver } from './a-shop.ts'
import { subscriberAt, userAt } from './users.ts'

const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS

/** How long bodies are kept unless a setting says otherwise. */
const KEEP = { settledMs: 14 * DAY_MS, unsettledMs: 90 * DAY_MS }

/** The third year of a subscription ends after so many of its months. */
export const MONTHS = 36

/** The events of a user's `month`th renewal of a subscription that began at a moment in seconds. */
export type EventsOf = (
  userId: string,
  startedAt: number,
  month: number,
) => readonly { readonly body: string }[]

interface Subscriber {
  readonly userId: string
  readonly startedAt: number
  readonly ledger: Ledger
  readonly clock: { now: number }
}

/**
 * Adds subscribers of Stripe who have paid each month for three years, to a database in which `users` are. Month after month,
 * as they come: what is no longer kept is dropped at the end of each. `onEvents` is told how many events there are so far.
 */
export async function fillSubscribers(
  d1: D1Database,
  { users, subscribers: count }: { readonly users: number; readonly subscribers: number },
  eventsOf: EventsOf,
  onEvents: (events: number) => void,
): Promise<void> {
  const endsAt = userAt(users).at
  const startedAt = endsAt - MONTHS * MONTH_MS + MONTH_MS / 2 // the last period is the one of today
  const start = await startOf(d1, { references: [['stripe', '', PRICE]] })
  const subscribers: Subscriber[] = []
  for (let index = 0; index < count; index += 1) {
    const [userId, clock] = [subscriberAt(index), { now: startedAt }]
    await putCustomerLink(
      d1,
      { provider: 'stripe', account: '' },
      { customerId: `cus_${userId}`, userId, now: startedAt },
    )
    const ledger = await aLedger(d1, userId, start, () => clock.now)
    subscribers.push({ userId, startedAt: startedAt / 1000, ledger, clock })
  }
  let events = 0
  for (let month = 1; month <= MONTHS; month += 1) {
    for (const subscriber of subscribers) {
      events += await renew(d1, subscriber, eventsOf, month)
      onEvents(events)
    }
    await dropOld(d1, Math.min(startedAt + month * MONTH_MS, endsAt))
  }
}

async function renew(
  d1: D1Database,
  { userId, startedAt, ledger, clock }: Subscriber,
  eventsOf: EventsOf,
  month: number,
): Promise<number> {
  const events = eventsOf(userId, startedAt, month - 1)
  for (const { body } of events) {
    const { created } = JSON.parse(body) as { readonly created: number }
    clock.now = Math.max(clock.now, created * 1000) + 1000
    await deliver({ d1, ledgers: () => ledger, now: clock.now }, stripe, body)
  }
  return events.length
}

/** Drops what the clock of a deployment would have dropped by now. */
async function dropOld(d1: D1Database, now: number): Promise<void> {
  while ((await dropBodies(d1, now, KEEP, 500)) > 0);
  while ((await dropExpiredReceipts(d1, now)) > 0);
}
