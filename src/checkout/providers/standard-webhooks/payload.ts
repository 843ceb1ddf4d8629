import * as z from 'zod'
import { reference } from '../../../contract/schemas/primitives.ts'
import { userId } from '../../../contract/user-id.ts'

// The payload of a home-grown shop, as docs/checkout-payload.md has it. It is our own, so what is wrong with it is
// told to the shop at once; keys that are not known pass.

const id = z.string().regex(/^[!-~]{1,200}$/, '1 to 200 visible ASCII characters')
const instant = z.iso
  .datetime({ offset: true, error: 'is no ISO 8601 moment' })
  .transform((t) => Date.parse(t))
const count = z.int().min(1).max(1_000_000)
const version = z.int().min(0)
const mode = z.enum(['live', 'test']).nullish()

const who = { customer: id.nullish(), user_id: userId.nullish(), mode }

function isSomebody({ customer, user_id }: { customer?: unknown; user_id?: unknown }): boolean {
  return (customer ?? user_id ?? null) !== null
}
const SOMEBODY = { path: ['customer'], error: 'is required where there is no user_id' }

/** A list in which nothing is told twice. */
function list<S extends z.ZodType>(entry: S, keyOf: (entry: z.output<S>) => string) {
  return z
    .array(entry)
    .min(1)
    .max(100)
    .refine((entries) => new Set(entries.map(keyOf)).size === entries.length, 'holds an id twice')
}

export const PurchaseCompleted = z
  .object({
    ...who,
    purchase_id: id,
    version: version.nullish().transform((told) => told ?? 1),
    starts_at: instant.nullish(),
    ends_at: instant.nullish(),
    lines: list(z.object({ line_id: id, product: reference, quantity: count }), ({ line_id }) => line_id),
  })
  .refine(isSomebody, SOMEBODY)

export const PurchaseRefunded = z
  .object({
    mode,
    purchase_id: id,
    refund_id: id,
    status: z.enum(['succeeded', 'failed']).nullish(),
    full: z.literal(true).nullish(),
    lines: list(z.object({ line_id: id, quantity: count.nullish() }), ({ line_id }) => line_id).nullish(),
  })
  .refine(({ full, lines }) => Boolean(full) !== Boolean(lines), {
    path: ['lines'],
    error: 'either these or "full": true is required',
  })

const subscription = { ...who, subscription_id: id, version, starts_at: instant.nullish() }
const items = list(z.object({ item_id: id, product: reference, quantity: count }), ({ item_id }) => item_id)

export const SubscriptionChanged = z
  .discriminatedUnion(
    'status',
    [
      z.object({
        ...subscription,
        status: z.enum(['trialing', 'active', 'past_due', 'paused', 'unpaid']),
        period: z
          .object({ starts_at: instant, ends_at: instant })
          .refine(({ starts_at, ends_at }) => starts_at < ends_at, {
            path: ['ends_at'],
            error: 'is not after starts_at',
          }),
        cancel_at: instant.nullish(),
        items,
      }),
      z.object({ ...subscription, status: z.literal('incomplete'), items }),
      z.object({ ...subscription, status: z.literal('ended'), ended_at: instant, items }),
    ],
    { error: 'one of trialing, active, past_due, paused, unpaid, incomplete and ended' },
  )
  .refine(isSomebody, SOMEBODY)

const dispute = {
  mode,
  dispute_id: id,
  target: z.object({ type: z.enum(['purchase', 'subscription']), id }),
  paid_at: instant.nullish(),
}
export const DisputeOpened = z.object(dispute)
const Closed = z.object({ ...dispute, outcome: z.enum(['won', 'lost']) })

const Linked = z.object({ mode, customer: id, user_id: userId })

export const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('purchase.completed'), data: PurchaseCompleted }),
  z.object({ type: z.literal('purchase.refunded'), data: PurchaseRefunded }),
  z.object({ type: z.literal('subscription.changed'), data: SubscriptionChanged }),
  z.object({ type: z.literal('dispute.opened'), data: DisputeOpened }),
  z.object({ type: z.literal('dispute.closed'), data: Closed }),
  z.object({ type: z.literal('customer.linked'), data: Linked }),
])

export const TYPES = new Set<string>(Event.options.flatMap(({ shape }) => [...shape.type.values]))

export const Outline = z.object({
  type: z.string().min(1),
  timestamp: instant,
  data: z.looseObject({ mode }),
})
