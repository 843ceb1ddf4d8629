import * as z from 'zod'
import type { Item, PurchaseFact } from '../../../domain/checkout/fact.ts'
import type { Reading } from '../../provider.ts'
import { customerOf, idOf, known, maybe, metadata, owner, readAs, type Said, withLink } from './object.ts'

const sessionSchema = z.looseObject({
  ...owner,
  id: z.string(),
  mode: z.string(),
  payment_status: z.string(),
  client_reference_id: maybe(z.string()),
  payment_intent: maybe(idOf),
  invoice: maybe(idOf),
  subscription: maybe(idOf),
  metadata,
  line_items: maybe(
    z.looseObject({
      data: z.array(z.looseObject({ id: z.string(), price: idOf, quantity: maybe(z.int().nonnegative()) })),
      has_more: z.boolean().default(false),
    }),
  ),
})

type Session = z.output<typeof sessionSchema>

/** Who bought, and of what is bought once also what, as soon as it is paid. */
export function readCheckoutSession(said: Said): Reading {
  return readAs(sessionSchema, said, (told) => {
    const { id, mode, subscription, client_reference_id, metadata } = told
    const isOfSubscription = mode === 'subscription' && subscription !== null
    const refs = isOfSubscription ? [subscription, id] : [id, ...aliasesOf(told)]
    const rank = isOfSubscription ? 'session' : 'own'
    return withLink(purchaseOf(told, said), told, refs, client_reference_id || metadata?.user_id, rank)
  })
}

function aliasesOf({ payment_intent, invoice }: Session): readonly string[] {
  return known(payment_intent, invoice)
}

function purchaseOf(told: Session, said: Said): Partial<Reading> {
  const { id, mode, payment_status: paid } = told
  // A subscription speaks for itself.
  if (mode === 'subscription' || mode === 'setup') return {}
  if (mode !== 'payment') return { unknown: [`mode=${mode}`] }
  // What is paid by a bank transfer or a debit is told again when the money is there.
  if (paid === 'unpaid') return {}
  if (paid !== 'paid' && paid !== 'no_payment_required') return { unknown: [`payment_status=${paid}`] }

  const { lines, unknown } = linesOf(told)
  const purchase: PurchaseFact = {
    type: 'purchase',
    ref: id,
    aliases: aliasesOf(told),
    customer: customerOf(told),
    version: { at: said.at, rank: 0 },
    startsAt: said.occurredAt,
    endsAt: null,
    lines,
  }
  return { facts: lines.length === 0 ? [] : [purchase], unknown }
}

/** No event carries its line items: they were read from the API, or the shop wrote the product onto the session. */
function linesOf({
  id,
  line_items,
  metadata,
}: Session): Pick<Reading, 'unknown'> & { lines: readonly Item[] } {
  if (line_items !== null) {
    const unknown = line_items.has_more ? ['line_items.has_more=true'] : []
    return { lines: line_items.data.map((line) => itemOf(line.id, line.price, line.quantity ?? 1)), unknown }
  }
  const { product, quantity = '1' } = metadata ?? {}
  if (!product) return { lines: [], unknown: ['line_items=absent'] }
  if (!/^[1-9][0-9]{0,8}$/.test(quantity)) return { lines: [], unknown: [`metadata.quantity=${quantity}`] }
  return { lines: [itemOf(id, product, Number(quantity))], unknown: [] }
}

function itemOf(id: string, product: string, quantity: number): Item {
  return { id, product, quantity, ordered: quantity }
}
