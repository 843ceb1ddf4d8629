import { env } from 'cloudflare:workers'
import { drainAfter } from '../../src/checkout/jobs/drain.ts'
import { processArrival, processEvent } from '../../src/checkout/processing/process.ts'
import { receive } from '../../src/checkout/receive.ts'
import { type SweepDeps, sweep } from '../../src/checkout/jobs/sweep.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { type InboxEvent, eventById } from '../../src/inbox/inbox-event.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { bytesOf, standardWebhooks } from './signatures/senders.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import { CHECKOUT_DEFAULTS } from '../support/checkout-defaults.ts'

export const NOW = Date.parse('2030-01-01T12:00:00Z')
export const DAY_MS = 86_400_000

/** How long an event is left to who has taken it in. */
export const FIRST_LEASE_MS = 60_000

/** What a sweep of a shop does at most: little, so that what is left can be seen. */
export const SWEPT = { rowsMax: 30, msMax: 20_000 }

/** What the receiver answers with 200. */
export interface Received {
  readonly status: 'accepted' | 'duplicate' | 'conflict'
  readonly id: string
  readonly problem?: string
}

export interface Sending {
  readonly id?: string
  readonly isProcessed?: boolean
  /** When it happened, as the shop says. */
  readonly at?: string
  /** Another Worker than the shop's own. */
  readonly by?: SweepDeps
}

/** A home-grown shop and the deployment that it sends to: with a clock that stands, and every name its own. */
export function aShop(facts: Partial<SweepDeps> = {}) {
  let at = NOW
  const name = crypto.randomUUID()
  const deps: SweepDeps = {
    d1: env.DB,
    ledgers: (userId) => env.USERS.getByName(userId),
    now: () => at,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode: 'test',
    ...CHECKOUT_DEFAULTS,
    keep: { settledMs: 14 * DAY_MS, unsettledMs: 90 * DAY_MS },
    isFull: () => false,
    ...facts,
  }

  /** Delivers a signed event. One that is not processed is as good as one whose Worker died with its answer, a while ago. */
  async function deliver(
    body: string,
    { id = crypto.randomUUID(), isProcessed = true, by = deps }: Sending = {},
  ) {
    const pending: Promise<unknown>[] = []
    const response = await receive(await signed(body, id, at), {
      ...by,
      secrets: new Map([['standard-webhooks', [standardWebhooks.secret]]]),
      waitUntil: (work) => pending.push(work),
      process: async (event, atHand) =>
        isProcessed ? drainAfter(by, processArrival(by, event, atHand)) : null,
      processAgain: (again) => drainAfter(by, processEvent(by, again)),
    })
    await Promise.all(pending)
    if (!isProcessed) at += FIRST_LEASE_MS
    return response
  }

  return {
    name,
    deps,
    deliver,
    pass: (ms: number) => {
      at += ms
    },
    /** Delivers an event that is accepted or known. */
    async send(type: string, data: object, how: Sending = {}) {
      const response = await deliver(eventText(type, data, how.at), how)
      if (response.status !== 200) throw new Error(`Refused: ${await response.text()}`)
      return response.json<Received>()
    },
    sweep: () => sweep(deps, SWEPT),
    async map(product: string, feature: string) {
      await putFeature(env.DB, aBooleanFeature(feature))
      const references = [{ provider: 'standard-webhooks', ref: product }]
      const put = await putProduct(
        env.DB,
        { id: product, name: product, features: [{ feature }], references },
        false,
      )
      if (!put.ok) throw new Error(put.error.code)
    },
  }
}

export function eventText(type: string, data: object, timestamp = '2030-01-01T11:00:00Z'): string {
  return JSON.stringify({ type, timestamp, data })
}

/** An event as the inbox has it, without its body. */
export async function inInbox(
  id: string,
): Promise<Omit<InboxEvent, 'body' | 'headers'> & { hasBody: boolean }> {
  const event = await eventById(env.DB, id)
  if (event === null) throw new Error(`No event ${id}`)
  const { body, headers: _headers, ...told } = event
  return { ...told, hasBody: body !== null }
}

/** The features that a user has. */
export async function featuresOf(userId: string): Promise<readonly string[]> {
  const { features } = await env.USERS.getByName(userId).snapshot('not_looked_for')
  return Object.keys(features)
}

async function signed(body: string, id: string, at: number): Promise<Request> {
  const bytes = bytesOf(body)
  const headers = await standardWebhooks.sign(bytes, { id, at })
  headers.set('Authorization', 'Bearer of-a-proxy')
  return new Request('https://ledger.test/webhooks/standard-webhooks', {
    method: 'POST',
    headers,
    body: bytes,
  })
}
