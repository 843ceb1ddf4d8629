import type { Delivery } from '../scenario.ts'

export const VARIANT = 6101
export const OTHER_VARIANT = 6102

interface Meta {
  readonly userId?: string | number
  readonly test?: boolean
  readonly customData?: unknown
}

let sent = 0

/** One event, with what stands for the hash of its bytes. */
export function event(
  name: string,
  data: unknown,
  { userId, test = false, customData }: Meta = {},
): Delivery {
  const custom = customData ?? (userId === undefined ? undefined : { user_id: userId })
  const meta = { test_mode: test, event_name: name, ...(custom === undefined ? {} : { custom_data: custom }) }
  sent += 1
  const sha256 = sent.toString(16).padStart(64, '0')
  return { body: { meta, data }, headers: { 'X-Event-Name': name, 'x-body-sha256': sha256 } }
}

interface SubscriptionSays {
  readonly status: string
  readonly updatedAt: string
  readonly renewsAt?: string | null
  readonly endsAt?: string
  readonly trialEndsAt?: string
  readonly pause?: { mode: string; resumes_at?: string | null } | null
  readonly variant?: number
  readonly item?: { quantity: number; updatedAt?: string } | null
  readonly orderItem?: number | null
  readonly anchor?: number
  readonly customer?: number | null
}

/** Of order 301, whose one item is 401. */
export function subscription(says: SubscriptionSays) {
  const createdAt = '2027-01-10T09:00:05.000000Z'
  const { item = { quantity: 1 } } = says
  return {
    type: 'subscriptions',
    id: '501',
    attributes: {
      store_id: 11,
      customer_id: says.customer === undefined ? 201 : says.customer,
      order_id: 301,
      order_item_id: says.orderItem === undefined ? 401 : says.orderItem,
      product_id: 61,
      variant_id: says.variant ?? VARIANT,
      product_name: 'Garden club',
      user_email: 'reader@example.org',
      status: says.status,
      pause: says.pause ?? null,
      cancelled: says.status === 'cancelled',
      trial_ends_at: says.trialEndsAt ?? null,
      billing_anchor: says.anchor ?? 10,
      first_subscription_item: item && {
        id: 701,
        subscription_id: 501,
        price_id: 801,
        quantity: item.quantity,
        is_usage_based: false,
        created_at: createdAt,
        updated_at: item.updatedAt ?? createdAt,
      },
      renews_at: says.renewsAt === undefined ? '2027-02-10T09:00:05.000000Z' : says.renewsAt,
      ends_at: says.endsAt ?? null,
      created_at: createdAt,
      updated_at: says.updatedAt,
      test_mode: false,
    },
  }
}

interface OrderSays {
  readonly id?: number
  readonly item?: number
  readonly status?: string
  readonly updatedAt?: string
  readonly refunded?: number
  readonly variant?: number
  readonly quantity?: number
  readonly customer?: number | null
}

export function order({ id = 301, item = 401, status = 'paid', refunded = 0, ...says }: OrderSays) {
  const createdAt = '2027-01-10T09:00:02.000000Z'
  return {
    type: 'orders',
    id: String(id),
    attributes: {
      store_id: 11,
      customer_id: says.customer === undefined ? 201 : says.customer,
      identifier: '636f855c-1fb9-4c07-b75c-3a10afef0000',
      order_number: 1,
      user_email: 'reader@example.org',
      currency: 'EUR',
      subtotal: 1900,
      tax: 0,
      total: 1900,
      refunded_amount: refunded,
      status,
      refunded: status === 'refunded',
      refunded_at: refunded > 0 ? (says.updatedAt ?? createdAt) : null,
      first_order_item: {
        id: item,
        order_id: id,
        product_id: 61,
        variant_id: says.variant ?? VARIANT,
        price: 1900,
        quantity: says.quantity ?? 1,
      },
      created_at: createdAt,
      updated_at: says.updatedAt ?? createdAt,
      test_mode: false,
    },
  }
}

interface InvoiceSays {
  readonly id: number
  readonly reason: string
  readonly createdAt: string
  readonly status?: string
  readonly updatedAt?: string
  readonly refunded?: number
}

/** Of subscription 501. It has no `renews_at`. */
export function invoice({ id, reason, createdAt, status = 'paid', ...says }: InvoiceSays) {
  return {
    type: 'subscription-invoices',
    id: String(id),
    attributes: {
      store_id: 11,
      subscription_id: 501,
      customer_id: 201,
      billing_reason: reason,
      status,
      refunded: status === 'refunded',
      currency: 'EUR',
      total: 1900,
      refunded_amount: says.refunded ?? 0,
      created_at: createdAt,
      updated_at: says.updatedAt ?? createdAt,
      test_mode: false,
    },
  }
}
