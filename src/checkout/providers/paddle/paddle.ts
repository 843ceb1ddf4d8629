import * as z from 'zod'
import { isoMoment } from '../../provider/iso-moment.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, type EventReading } from '../../provider/provider.ts'
import { readShape } from '../../provider/read-shape.ts'
import { textAt } from '../../provider/text-at.ts'
import { lowerCaseHex, wholeSecret } from '../../signatures/signature-encodings.ts'
import { pairsHeader } from '../../signatures/signature-headers.ts'
import { Adjustment, readAdjustment } from './adjustment.ts'
import { id, namingFields, type Occurrence } from './object.ts'
import { readSubscription, Subscription } from './subscription.ts'
import { readTransaction, Transaction } from './transaction.ts'

const Body = z.looseObject({
  event_id: id,
  event_type: id,
  // Kept as it is, for its microseconds.
  occurred_at: z.string().refine((text) => isoMoment.safeParse(text).success, 'is no moment'),
  data: z.unknown(),
})

type Read = (data: unknown, occurred: Occurrence) => EventReading

const onSubscription: Read = (data, occurred) =>
  readShape(Subscription, data, (subscription) => readSubscription(subscription, occurred))
const onTransaction: Read = (data, occurred) =>
  readShape(Transaction, data, (transaction) => readTransaction(transaction, occurred))
const onAdjustment: Read = (data, occurred) =>
  readShape(Adjustment, data, (adjustment) => readAdjustment(adjustment, occurred))

// https://developer.paddle.com/webhooks/overview
const READ_BY_TYPE: ReadonlyMap<string, Read> = new Map([
  ['subscription.created', onSubscription],
  ['subscription.imported', onSubscription],
  ['subscription.activated', onSubscription],
  ['subscription.trialing', onSubscription],
  ['subscription.updated', onSubscription],
  ['subscription.resumed', onSubscription],
  ['subscription.past_due', onSubscription],
  ['subscription.paused', onSubscription],
  ['subscription.canceled', onSubscription],
  ['transaction.completed', onTransaction],
  ['adjustment.created', onAdjustment],
  ['adjustment.updated', onAdjustment],
])

/** Subscriptions and one-time sales of Paddle Billing. */
export const paddle: Provider = {
  // `ts=…;h1=…`, "at least one h1": https://developer.paddle.com/webhooks/signature-verification
  signature: {
    read: pairsHeader({
      header: 'Paddle-Signature',
      separator: ';',
      timestamp: 'ts',
      signature: 'h1',
      prefix: (timestamp) => `${timestamp}:`,
    }),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
  },
  namingFields,
  acceptsUnlistedAccounts: true,
  envelopeOf(body) {
    // Not `notification_id`: each destination of the same event has its own.
    const { event_id, event_type, occurred_at } = parseEvent(Body, body)
    return {
      eventId: event_id,
      account: '',
      type: event_type,
      occurredAt: Date.parse(occurred_at),
      mode: null,
    }
  },
  outlineOf: (body) => ({ type: textAt(body, 'event_type') }),
  read(body, { type, occurredAt }) {
    const { data, occurred_at } = parseEvent(Body, body)
    const [, micros = ''] = /\.\d{3}(\d{1,3})/.exec(occurred_at) ?? []
    const occurred = { at: occurredAt, micros: Number(micros.padEnd(3, '0')) }
    return READ_BY_TYPE.get(type)?.(data, occurred) ?? NOTHING_SAID
  },
}
