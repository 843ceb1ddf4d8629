import * as z from 'zod'
import { countedId } from '../../provider/counted-id.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, type EventReading, Unparseable } from '../../provider/provider.ts'
import { readShape } from '../../provider/read-shape.ts'
import { shopData } from '../../provider/shop-data.ts'
import { textAt } from '../../provider/text-at.ts'
import { lowerCaseHex, wholeSecret } from '../../signatures/signature-encodings.ts'
import { bareHeader } from '../../signatures/signature-headers.ts'
import { type ObjectHead, linkOf, namingFields, orderRef } from './object.ts'
import { Invoice, Order, readInvoice, readOrder } from './order.ts'
import { readSubscription, Subscription } from './subscription.ts'

const Body = z.looseObject({
  meta: z.looseObject({
    event_name: z.string().min(1),
    test_mode: z.boolean().nullish(),
    custom_data: shopData,
  }),
  data: z.looseObject({ id: countedId, attributes: z.unknown() }),
})

const Changed = z.looseObject({
  updated_at: isoMoment.nullish(),
  created_at: isoMoment.nullish(),
  test_mode: z.boolean().nullish().catch(null),
})

const Store = z.looseObject({ store_id: countedId.nullish().catch(null) })

const LicenseKey = z.looseObject({ customer_id: countedId.nullish(), order_id: countedId })

type Read = (attributes: unknown, head: ObjectHead) => EventReading

const onSubscription: Read = (attributes, head) =>
  readShape(Subscription, attributes, (subscription) => readSubscription(subscription, head))
const onOrder: Read = (attributes, head) => readShape(Order, attributes, (order) => readOrder(order, head))
const onInvoice: Read = (attributes, head) =>
  readShape(Invoice, attributes, (invoice) => readInvoice(invoice, head))
const onLicenseKey: Read = (attributes, { user }) =>
  readShape(LicenseKey, attributes, ({ customer_id, order_id }) => ({
    ...NOTHING_SAID,
    facts: linkOf(user, customer_id, orderRef(order_id)),
  }))

// https://docs.lemonsqueezy.com/help/webhooks/event-types
const READ_BY_TYPE: ReadonlyMap<string, Read> = new Map([
  ['subscription_created', onSubscription],
  ['subscription_updated', onSubscription],
  ['subscription_cancelled', onSubscription],
  ['subscription_resumed', onSubscription],
  ['subscription_expired', onSubscription],
  ['subscription_paused', onSubscription],
  ['subscription_unpaused', onSubscription],
  // Sent, and not in the list (https://github.com/lmsqueezy/lemonsqueezy.js/pull/145).
  ['subscription_plan_changed', onSubscription],
  ['order_created', onOrder],
  ['order_refunded', onOrder],
  ['subscription_payment_success', onInvoice],
  ['subscription_payment_recovered', onInvoice],
  ['subscription_payment_refunded', onInvoice],
  ['license_key_created', onLicenseKey],
  ['license_key_updated', onLicenseKey],
])

/** Subscriptions and orders of Lemon Squeezy. */
export const lemonsqueezy: Provider = {
  // The header is the signature: https://docs.lemonsqueezy.com/help/webhooks/signing-requests
  signature: { read: bareHeader('X-Signature'), decode: lowerCaseHex, keysOf: wholeSecret },
  namingFields,
  acceptsUnlistedAccounts: true,
  kindsOfPurchase: ['order'],
  envelopeOf(body, headers) {
    // Events have no id, but the same one is sent again with the same bytes.
    const sha256 = headers.get('x-body-sha256')
    if (sha256 === null || sha256 === '') throw new Unparseable('header x-body-sha256: is missing')
    const { meta, data } = parseEvent(Body, body)
    const { updated_at, created_at, test_mode } = parseEvent(Changed, data.attributes)
    const occurredAt = updated_at ?? created_at ?? null
    if (occurredAt === null) throw new Unparseable('data.attributes.updated_at: is missing')
    const isTest = meta.test_mode ?? test_mode ?? null
    return {
      eventId: `${meta.event_name}:${sha256}`,
      account: '',
      type: meta.event_name,
      occurredAt,
      mode: isTest === null ? null : isTest ? 'test' : 'live',
    }
  },
  shopOf(body) {
    const { store_id } = parseEvent(Store, parseEvent(Body, body).data.attributes)
    return store_id ?? null
  },
  outlineOf: (body) => ({ type: textAt(body, 'meta', 'event_name') }),
  read(body, { type }) {
    const { meta, data } = parseEvent(Body, body)
    const head = { id: data.id, user: meta.custom_data?.user_id ?? null }
    return READ_BY_TYPE.get(type)?.(data.attributes, head) ?? NOTHING_SAID
  },
}
