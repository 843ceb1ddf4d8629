import * as z from 'zod'
import type { Fact } from '../../../domain/purchases/register/fact.ts'
import type { EventReading } from '../../provider/provider.ts'
import { DOCUMENTS } from './documents.ts'
import {
  customerOf,
  idOf,
  presentIds,
  maybe,
  metadata,
  owner,
  readAs,
  type StripeEvent,
  withLink,
  wroteIn,
} from './object.ts'

const paymentIntentSchema = z.looseObject({
  ...owner,
  id: z.string(),
  amount_received: z.number(),
  latest_charge: maybe(idOf),
  metadata,
})

/** A payment without Checkout says what it is for only where the shop wrote the product onto it; else its charge says all. */
export function readPaymentIntent(event: StripeEvent): EventReading {
  return readAs(paymentIntentSchema, event, (intent) => {
    const { id, latest_charge, amount_received: total, metadata } = intent
    const { product, quantity = '1' } = metadata ?? {}
    if (!product) return {}
    if (!/^[1-9][0-9]{0,8}$/.test(quantity)) return { unknown: [`metadata.quantity=${quantity}`] }
    const count = Number(quantity)
    const facts: readonly Fact[] = [
      {
        type: 'purchase',
        ref: id,
        aliases: presentIds(latest_charge),
        customer: customerOf(intent),
        version: { at: event.at, rank: 0 },
        document: DOCUMENTS.payment,
        startsAt: event.occurredAt,
        endsAt: null,
        lines: [{ id, product, quantity: count, ordered: count }],
      },
      {
        type: 'payment',
        of: [id],
        payment: id,
        paidAt: event.occurredAt,
        money: { version: { at: 0, rank: 0 }, total, refunded: 0 },
        bill: null,
        covers: null,
      },
    ]
    return withLink({ facts }, intent, [id], wroteIn(metadata))
  })
}
