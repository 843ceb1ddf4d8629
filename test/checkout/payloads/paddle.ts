import type { Delivery } from '../scenario.ts'

// Ids as Paddle shapes them, all of them made up.
export const SUBSCRIPTION = 'sub_01kq0000000000000000subscr'
export const CUSTOMER = 'ctm_01kq0000000000000000custom'
export const MONTHLY = 'pri_01kq00000000000000monthly1'
export const YEARLY = 'pri_01kq000000000000000yearly1'
export const SUPPORT = 'pri_01kq00000000000000support1'
export const SETUP = 'pri_01kq0000000000000000setup1'

let sent = 0

/** One event, as every destination gets it. */
export function event(type: string, occurredAt: string, data: unknown): Delivery {
  sent += 1
  const number = String(sent).padStart(12, '0')
  return {
    body: {
      event_id: `evt_01kq0000000000${number}`,
      event_type: type,
      occurred_at: occurredAt,
      notification_id: `ntf_01kq0000000000${number}`,
      data,
    },
  }
}

interface SubscriptionSays {
  readonly id?: string
  readonly status: string
  /** Start and end of the current period, `null` for none. */
  readonly period: readonly [string, string] | null
  readonly items?: readonly { price: string; quantity?: number; recurring?: boolean }[]
  readonly change?: { action: string; effective_at: string; resume_at?: string | null } | null
  readonly canceledAt?: string
  readonly pausedAt?: string
  readonly startedAt?: string
  readonly transactionId?: string
  readonly userId?: string
  readonly customData?: unknown
}

export function subscription(says: SubscriptionSays) {
  const { startedAt = '2027-01-10T09:00:00.449123Z', period } = says
  return {
    id: says.id ?? SUBSCRIPTION,
    status: says.status,
    ...(says.transactionId === undefined ? {} : { transaction_id: says.transactionId }),
    customer_id: CUSTOMER,
    address_id: 'add_01kq0000000000000000addres',
    business_id: null,
    currency_code: 'EUR',
    created_at: '2027-01-10T09:00:01.892822Z',
    updated_at: '2027-01-10T09:00:01.892822Z',
    started_at: startedAt,
    first_billed_at: startedAt,
    next_billed_at: period?.[1] ?? null,
    paused_at: says.pausedAt ?? null,
    canceled_at: says.canceledAt ?? null,
    collection_mode: 'automatic',
    billing_cycle: { interval: 'month', frequency: 1 },
    current_billing_period: period && { starts_at: period[0], ends_at: period[1] },
    scheduled_change: says.change ?? null,
    items: (says.items ?? [{ price: MONTHLY }]).map(({ price, quantity = 1, recurring = true }) => ({
      status: 'active',
      quantity,
      recurring,
      price: {
        id: price,
        product_id: 'pro_01kq0000000000000000produ1',
        billing_cycle: recurring ? { interval: 'month', frequency: 1 } : null,
      },
    })),
    custom_data: says.customData ?? (says.userId === undefined ? null : { user_id: says.userId }),
  }
}

interface Line {
  readonly id: string
  readonly price: string
  readonly total: number
  readonly quantity?: number
  /** Bought once, and not with a subscription. */
  readonly once?: boolean
  readonly prorated?: boolean
}

interface TransactionSays {
  readonly id: string
  readonly origin: string
  readonly lines: readonly Line[]
  readonly subscription?: string | null
  readonly period?: readonly [string, string]
  readonly billedAt: string
  readonly customer?: string | null
  readonly userId?: string
}

export function transaction(says: TransactionSays) {
  const month = { interval: 'month', frequency: 1 }
  return {
    id: says.id,
    status: 'completed',
    origin: says.origin,
    customer_id: says.customer === undefined ? CUSTOMER : says.customer,
    subscription_id: says.subscription ?? null,
    currency_code: 'EUR',
    collection_mode: 'automatic',
    billed_at: says.billedAt,
    created_at: says.billedAt,
    updated_at: says.billedAt,
    billing_period: says.period ? { starts_at: says.period[0], ends_at: says.period[1] } : null,
    items: says.lines.map(({ price, quantity = 1, once = false }) => ({
      quantity,
      price: { id: price, product_id: 'pro_01kq0000000000000000produ1', billing_cycle: once ? null : month },
    })),
    details: {
      totals: { grand_total: String(says.lines.reduce((sum, { total }) => sum + total, 0)) },
      line_items: says.lines.map(({ id, price, quantity = 1, total, prorated = false }) => ({
        id,
        price_id: price,
        quantity,
        // Left out where there is none; an adjustment says null.
        ...(prorated ? { proration: { rate: '0.5', billing_period: null } } : {}),
        totals: { subtotal: String(total), tax: '0', discount: '0', total: String(total) },
      })),
    },
    custom_data: says.userId === undefined ? null : { user_id: says.userId },
  }
}

interface AdjustmentSays {
  readonly id: string
  readonly action: string
  readonly status?: string
  readonly type?: string
  readonly transaction: string
  readonly subscription?: string | null
  readonly items: readonly { line: string; total: number; prorated?: boolean }[]
}

export function adjustment({ type = 'full', status = 'approved', ...says }: AdjustmentSays) {
  return {
    id: says.id,
    action: says.action,
    type,
    status,
    transaction_id: says.transaction,
    subscription_id: says.subscription ?? null,
    customer_id: CUSTOMER,
    reason: 'requested_by_customer',
    credit_applied_to_balance: null,
    currency_code: 'EUR',
    items: says.items.map(({ line, total, prorated = false }) => ({
      id: `adjitm_${says.id.slice(4)}_${line}`,
      item_id: line,
      type,
      amount: String(total),
      proration: prorated ? { rate: '0.5', billing_period: null } : null,
      totals: { subtotal: String(total), tax: '0', total: String(total) },
    })),
    created_at: '2027-02-01T00:00:00.000001Z',
    updated_at: '2027-02-01T00:00:00.000001Z',
  }
}
