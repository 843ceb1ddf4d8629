import * as z from 'zod'
import { isoMoment } from '../../provider/iso-moment.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, Unparseable } from '../../provider/provider.ts'
import { paddedBase64, wholeSecret } from '../../signatures/signature-encodings.ts'
import { bareHeader } from '../../signatures/signature-headers.ts'
import { Dispute, readDispute } from './dispute.ts'
import { Order, namingFields, readOrder } from './order.ts'
import { Refund, readRefund } from './refund.ts'

// https://shopify.dev/docs/api/admin-rest/latest/resources/webhook: `orders/edited` tells the edit and not the
// order, and `orders/updated` comes with it.
const ORDER_TOPICS = new Set([
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
])
const DISPUTE_TOPICS = new Set(['disputes/create', 'disputes/update'])

/** Orders of a Shopify shop, by its classic webhooks. */
export const shopify: Provider = {
  // The header is the signature, and of the body alone: https://shopify.dev/docs/apps/build/webhooks/subscribe/https
  signature: { read: bareHeader('X-Shopify-Hmac-Sha256'), decode: paddedBase64, keysOf: wholeSecret },
  namingFields,
  acceptsUnlistedAccounts: true,
  envelopeOf(body, headers) {
    const topic = header(headers, 'x-shopify-topic')
    return {
      // The same action raises several topics with one X-Shopify-Event-Id: that one would drop all but the first.
      eventId: `${topic}:${header(headers, 'x-shopify-webhook-id')}`,
      account: header(headers, 'x-shopify-shop-domain'),
      type: topic,
      occurredAt: parseEvent(isoMoment, changedAt(body) ?? header(headers, 'x-shopify-triggered-at')),
      mode: modeOf(topic, body),
    }
  },
  outlineOf(_body, headers) {
    const type = headers.get('x-shopify-topic')
    const id = headers.get('x-shopify-webhook-id')
    const eventId = type && id ? `${type}:${id}` : null
    return { eventId, account: headers.get('x-shopify-shop-domain'), type }
  },
  read(body, { type: topic }) {
    if (ORDER_TOPICS.has(topic)) return readOrder(parseEvent(Order, body))
    if (topic === 'refunds/create') return readRefund(parseEvent(Refund, body))
    if (DISPUTE_TOPICS.has(topic)) return readDispute(parseEvent(Dispute, body))
    return NOTHING_SAID
  },
}

function header(headers: Headers, name: string): string {
  const value = headers.get(name)
  if (value === null || value === '') throw new Unparseable(`header ${name}: is missing`)
  return value
}

const Changed = z.looseObject({ updated_at: z.string().nullish(), created_at: z.string().nullish() })

/** As the body says, which is signed, where it does. */
function changedAt(body: unknown): string | null {
  const { updated_at, created_at } = parseEvent(Changed, body)
  return updated_at ?? created_at ?? null
}

function modeOf(topic: string, body: unknown): 'live' | 'test' | null {
  if (ORDER_TOPICS.has(topic)) return parseEvent(Order, body).test ? 'test' : 'live'
  if (topic === 'refunds/create') {
    const { transactions } = parseEvent(Refund, body)
    if (transactions.length === 0) return null
    return transactions.some(({ test }) => test) ? 'test' : 'live'
  }
  if (DISPUTE_TOPICS.has(topic)) parseEvent(Dispute, body)
  return null
}
