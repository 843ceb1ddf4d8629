import * as z from 'zod'
import type { Instant } from '../../../domain/values/instant.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, type EventReading, Unparseable } from '../../provider/provider.ts'
import { readShape } from '../../provider/read-shape.ts'
import { textAt } from '../../provider/text-at.ts'
import { decodedSecret, paddedBase64, wholeSecret } from '../../signatures/signature-encodings.ts'
import { standardWebhookHeaders } from '../../signatures/signature-headers.ts'
import { standardHeaders } from '../../signatures/standard-headers.ts'
import { external, id, linksOf, namingFields } from './object.ts'
import { Order, readOrder } from './order.ts'
import { readRefund, Refund } from './refund.ts'
import { readSubscription, Subscription } from './subscription.ts'

const Body = z.looseObject({ type: id, timestamp: isoMoment, data: z.unknown() })

const State = z.looseObject({ id, ...external })

type Read = (data: unknown, sentAt: Instant) => EventReading

const onSubscription: Read = (data, sentAt) =>
  readShape(Subscription, data, (subscription) => readSubscription(subscription, sentAt))
const onOrder: Read = (data, sentAt) => readShape(Order, data, (order) => readOrder(order, sentAt))
const onRefund: Read = (data, sentAt) => readShape(Refund, data, (refund) => readRefund(refund, sentAt))
// Its subscriptions have no seats: they are told better by their own events.
const onState: Read = (data) =>
  readShape(State, data, ({ id: customer_id, external_id }) => ({
    ...NOTHING_SAID,
    facts: linksOf({ customer_id, customer: { external_id } }),
  }))

// https://polar.sh/docs/integrate/webhooks/events. Benefits are another way to tell what subscriptions and orders
// tell, and the members of a seat are the shop's.
const READ_BY_TYPE: ReadonlyMap<string, Read> = new Map([
  ['subscription.created', onSubscription],
  ['subscription.active', onSubscription],
  ['subscription.updated', onSubscription],
  ['subscription.canceled', onSubscription],
  ['subscription.uncanceled', onSubscription],
  ['subscription.cycled', onSubscription],
  ['subscription.past_due', onSubscription],
  ['subscription.paused', onSubscription],
  ['subscription.resumed', onSubscription],
  ['subscription.revoked', onSubscription],
  ['subscription.migrated', onSubscription],
  ['order.paid', onOrder],
  ['order.refunded', onOrder],
  ['refund.created', onRefund],
  ['refund.updated', onRefund],
  ['customer.state_changed', onState],
])

/** Subscriptions and orders of Polar. */
export const polar: Provider = {
  // Standard Webhooks, but the server signs with the whole secret (https://docs.polar.sh/integrate/webhooks/delivery).
  // Its own library tries the decoded secret too, for endpoints that were set up by the standard.
  signature: {
    read: standardWebhookHeaders,
    decode: paddedBase64,
    keysOf: (secret) => [...wholeSecret(secret), ...decodedSecret(secret)],
  },
  namingFields,
  acceptsUnlistedAccounts: true,
  envelopeOf(body, headers) {
    const { id: eventId } = standardHeaders(headers)
    if (eventId === '') throw new Unparseable('header webhook-id: is missing')
    const { type, timestamp } = parseEvent(Body, body)
    return { eventId, account: '', type, occurredAt: timestamp, mode: null }
  },
  outlineOf: (body, headers) => ({ eventId: standardHeaders(headers).id, type: textAt(body, 'type') }),
  read(body, { type, occurredAt }) {
    return READ_BY_TYPE.get(type)?.(parseEvent(Body, body).data, occurredAt) ?? NOTHING_SAID
  },
}
