import { drainAfter } from '../../../../src/checkout/jobs/drain.ts'
import { processArrival, processEvent } from '../../../../src/checkout/processing/process.ts'
import { receive } from '../../../../src/checkout/receive.ts'
import { changesToFollow, endRound } from '../../../../src/catalog/changed-references.ts'
import { putFeature } from '../../../../src/catalog/features.ts'
import { putProduct } from '../../../../src/catalog/put-product.ts'
import type { UserLedgers } from '../../../../src/ledger/ledger-client.ts'
import { CHECKOUT_DEFAULTS } from '../../../../test/support/checkout-defaults.ts'

export const PROVIDER = 'standard-webhooks'

/** What its product is called there. */
export const REFERENCE = 'team-monthly'

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'

/** Puts the catalog in: what is sold, and as many other features and products as were wished. */
export async function openShop(d1: D1Database, others: number): Promise<void> {
  const none = { name: null, unit: null, overage: 'deny' } as const
  for (const key of ['export', 'team']) await putFeature(d1, { key, type: 'boolean', ...none })
  await putFeature(d1, { key: 'credits', type: 'metered', ...none })
  const references = [{ provider: PROVIDER, ref: REFERENCE }]
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
  readonly now: number
}

/** Delivers that a user has a subscription, and lets the event be processed. */
export async function deliverSubscription(
  { d1, ledgers, now }: Delivery,
  userId: string,
  version: number,
): Promise<void> {
  const body = new TextEncoder().encode(subscriptionText(userId, version, now))
  const pending: Promise<unknown>[] = []
  const deps = {
    d1,
    ledgers,
    now: () => now,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode: 'test',
    ...CHECKOUT_DEFAULTS,
  } as const
  const response = await receive(await signed(body, `msg_${userId}_${version}`, now), {
    ...deps,
    secrets: new Map([[PROVIDER, [`whsec_${KEY}`]]]),
    waitUntil: (work) => pending.push(work),
    process: (event, atHand) => drainAfter(deps, processArrival(deps, event, atHand)),
    processAgain: (id) => drainAfter(deps, processEvent(deps, id)),
  })
  const states = await Promise.all(pending)
  if (response.status !== 200 || states[0] !== 'applied') {
    throw new Error(`An event was ${String(states[0])}: ${await response.text()}`)
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

async function signed(body: Uint8Array, id: string, now: number): Promise<Request> {
  const seconds = Math.floor(now / 1000)
  const head = new TextEncoder().encode(`${id}.${seconds}.`)
  const bytes = new Uint8Array([...head, ...body])
  const raw = Uint8Array.from(atob(KEY), (letter) => letter.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${btoa(String.fromCharCode(...mac))}`,
  }
  return new Request(`https://ledger.example/webhooks/${PROVIDER}`, { method: 'POST', headers, body })
}
