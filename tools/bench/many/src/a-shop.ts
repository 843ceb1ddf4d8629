import { drainAfter } from '../../../../src/checkout/jobs/drain.ts'
import { processArrival, processEvent } from '../../../../src/checkout/processing/process.ts'
import { receive } from '../../../../src/checkout/receive.ts'
import { changesToFollow, endRound } from '../../../../src/catalog/changed-references.ts'
import { putFeature } from '../../../../src/catalog/features.ts'
import { putProduct } from '../../../../src/catalog/put-product.ts'
import type { Instant } from '../../../../src/domain/values/instant.ts'
import { FINAL_STATES } from '../../../../src/inbox/conclusion.ts'
import type { InboxState } from '../../../../src/inbox/inbox-event.ts'
import type { UserLedgers } from '../../../../src/ledger/ledger-client.ts'
import { type Sender, bytesOf, standardWebhooks } from '../../../../test/checkout/signatures/senders.ts'
import { CHECKOUT_DEFAULTS } from '../../../../test/support/checkout-defaults.ts'

export const PROVIDER = 'standard-webhooks'

/** What its product is called there. */
export const REFERENCE = 'team-monthly'

/** And at Stripe, as `stripe-events.mjs` has it. */
export const PRICE = 'price_bench'

/** Puts the catalog in: what is sold, and as many other features and products as were wished. */
export async function openShop(d1: D1Database, others: number): Promise<void> {
  const none = { name: null, unit: null, overage: 'deny' } as const
  for (const key of ['export', 'team']) await putFeature(d1, { key, type: 'boolean', ...none })
  await putFeature(d1, { key: 'credits', type: 'metered', ...none })
  const references = [
    { provider: PROVIDER, ref: REFERENCE },
    { provider: 'stripe', ref: PRICE },
  ]
  const features = [{ feature: 'team' }, { feature: 'export' }]
  await putProduct(d1, { id: 'team', name: 'Team', features, references }, false)
  for (let index = 0; index < others; index += 1) {
    const name = `other-${String(index).padStart(5, '0')}`
    await putFeature(d1, { key: name, type: 'boolean', ...none })
    const other = { id: name, name, features: [{ feature: name }] }
    await putProduct(d1, { ...other, references: [{ provider: PROVIDER, ref: name }] }, false)
  }
  // Nobody has bought anything yet: there is nothing that has to follow.
  for (const change of await changesToFollow(d1, 0, 10_000)) await endRound(d1, change, 0)
}

interface Delivery {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
  readonly now: Instant
}

/** Delivers that a user has a subscription, and lets the event be processed. */
export async function deliverSubscription(
  delivery: Delivery,
  userId: string,
  version: number,
): Promise<void> {
  const text = subscriptionText(userId, version, delivery.now)
  const state = await deliver(delivery, standardWebhooks, text, `msg_${userId}_${version}`)
  if (state !== 'applied') throw new Error(`A subscription was ${state}`)
}

/** Delivers an event, and lets it be processed. Answers what became of it; throws where that is not known for good. */
export async function deliver(
  { d1, ledgers, now }: Delivery,
  { provider, secret, sign }: Sender,
  text: string,
  id?: string,
): Promise<InboxState> {
  const body = bytesOf(text)
  const headers = await sign(body, { at: now, ...(id === undefined ? {} : { id }) })
  const pending: Promise<InboxState | null>[] = []
  const deps = {
    d1,
    ledgers,
    now: () => now,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode: 'test',
    ...CHECKOUT_DEFAULTS,
  } as const
  const request = new Request(`https://ledger.example/webhooks/${provider}`, {
    method: 'POST',
    headers,
    body,
  })
  const response = await receive(request, {
    ...deps,
    secrets: new Map([[provider, [secret]]]),
    waitUntil: () => undefined,
    process: (event, atHand) => settled(drainAfter(deps, processArrival(deps, event, atHand))),
    processAgain: (again) => settled(drainAfter(deps, processEvent(deps, again))),
  })
  const [state] = await Promise.all(pending)
  if (response.status !== 200 || !FINAL_STATES.some((final) => final === state)) {
    throw new Error(`An event was ${String(state)}: ${await response.text()}`)
  }
  return state as InboxState

  function settled(processing: Promise<InboxState | null>) {
    pending.push(processing)
    return processing
  }
}

function subscriptionText(userId: string, version: number, now: number): string {
  const month = 30 * 86_400_000
  const period = { starts_at: new Date(now).toISOString(), ends_at: new Date(now + month).toISOString() }
  return JSON.stringify({
    type: 'subscription.changed',
    timestamp: new Date(now).toISOString(),
    data: {
      customer: `customer-${userId}`,
      user_id: userId,
      subscription_id: `subscription-${userId}`,
      version,
      status: 'active',
      period,
      items: [{ item_id: 'seat', product: REFERENCE, quantity: 1 }],
    },
  })
}
