import * as z from 'zod'
import type { Item, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import type { EventReading } from '../../provider/provider.ts'
import { DOCUMENTS } from './documents.ts'
import {
  customerOf,
  idOf,
  presentIds,
  maybe,
  metadata,
  namingFields,
  owner,
  price,
  readAs,
  type StripeEvent,
  withLink,
  wroteIn,
} from './object.ts'

const sessionSchema = z.looseObject({
  ...owner,
  id: z.string(),
  mode: z.string(),
  payment_status: z.string(),
  client_reference_id: maybe(z.string()),
  amount_total: maybe(z.number()),
  payment_intent: maybe(idOf),
  invoice: maybe(idOf),
  subscription: maybe(idOf),
  metadata,
  line_items: maybe(
    z.looseObject({
      data: z.array(z.looseObject({ id: z.string(), price, quantity: maybe(z.int().nonnegative()) })),
      has_more: z.boolean().default(false),
    }),
  ),
})

type Session = z.output<typeof sessionSchema>

/** Who bought, and of what is bought once also what, as soon as it is paid. */
export function readCheckoutSession(event: StripeEvent): EventReading {
  return readAs(sessionSchema, event, (session) => {
    const { id, mode, subscription, payment_status, client_reference_id, metadata } = session
    const { writer } = namingFields.client_reference_id
    // Metadata is the shop's alone; the reference may come by the address of a payment link.
    const wrote = metadata?.user_id ? wroteIn(metadata) : { text: client_reference_id, writer }
    // A session that is not paid links no customer.
    const isUnpaid = payment_status === 'unpaid'
    const nobody = { ...session, customer: null, customer_account: null }
    if (mode === 'subscription') {
      // A subscription speaks for itself. What was bought once along with it, its invoice tells.
      const flags = metadata?.product ? ['product_of_subscription_session'] : []
      return withLink(
        { flags },
        isUnpaid ? nobody : session,
        [...presentIds(subscription), id],
        wrote,
        'session',
      )
    }
    if (mode === 'setup') return withLink({}, session, [id], wrote)
    if (mode !== 'payment') return { unknown: [`mode=${mode}`] }
    const refs = [id, ...aliasesOf(session)]
    if (isUnpaid) {
      const awaited = purchaseOf(session, event, true)
      return awaited === null ? {} : withLink(awaited, nobody, refs, wrote)
    }
    if (payment_status !== 'paid' && payment_status !== 'no_payment_required') {
      return { unknown: [`payment_status=${payment_status}`] }
    }
    return withLink(purchaseOf(session, event, false) ?? {}, session, refs, wrote)
  })
}

function aliasesOf({ payment_intent, invoice }: Session): readonly string[] {
  return presentIds(payment_intent, invoice)
}

/**
 * What was bought. Where the money is still to come, it is given once that is told of the payment: by a transfer or debit
 * that arrives, or by a capture: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
function purchaseOf(session: Session, event: StripeEvent, isAwaited: boolean): Partial<EventReading> | null {
  const { id, payment_intent } = session
  const { lines, unknown, flags } = linesOf(session)
  if (isAwaited && (payment_intent === null || lines.length === 0)) return null
  const purchase: PurchaseFact = {
    type: 'purchase',
    ref: id,
    aliases: aliasesOf(session),
    customer: isAwaited ? null : customerOf(session),
    version: { at: event.at, rank: isAwaited ? 0 : 1 },
    document: DOCUMENTS.session,
    ...(isAwaited ? { paidBy: payment_intent, isAwaited } : {}),
    startsAt: event.occurredAt,
    endsAt: null,
    lines,
  }
  return { facts: lines.length === 0 ? [] : [purchase], unknown, flags }
}

interface Lines extends Pick<EventReading, 'unknown' | 'flags'> {
  readonly lines: readonly Item[]
}

/** No event carries its line items: they were read from the API, or the shop wrote the product onto the session. */
function linesOf({ id, line_items, amount_total, metadata }: Session): Lines {
  if (line_items !== null) {
    const unknown = line_items.has_more ? ['line_items.has_more=true'] : []
    const lines = line_items.data.map(({ id, price, quantity }) =>
      itemOf(id, price.id, quantity ?? 1, price.also),
    )
    return { lines, unknown, flags: [] }
  }
  const { product, quantity = '1', amount } = metadata ?? {}
  if (!product) return { lines: [], unknown: ['line_items=absent'], flags: [] }
  if (!/^[1-9][0-9]{0,8}$/.test(quantity))
    return { lines: [], unknown: [`metadata.quantity=${quantity}`], flags: [] }
  // A buyer may have changed the quantity, and nothing tells by how much but the sum.
  const doubt = amount === undefined ? 'quantity_not_verified' : 'amount_differs'
  const isSure = amount === undefined ? metadata?.quantity === undefined : Number(amount) === amount_total
  return { lines: [itemOf(id, product, Number(quantity))], unknown: [], flags: isSure ? [] : [doubt] }
}

function itemOf(id: string, product: string, quantity: number, also: readonly string[] = []): Item {
  return { id, product, ...(also.length > 0 ? { also } : {}), quantity, ordered: quantity }
}
