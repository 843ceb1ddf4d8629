import { DAY, HOUR, MINUTE, SECOND } from './life.ts'

export const TELLERS = [
  'stripe',
  'paddle',
  'polar',
  'lemonsqueezy',
  'revenuecat',
  'standard-webhooks',
] as const
export type TellerName = (typeof TELLERS)[number]

/** What a provider can say of a life: what it cannot say does not happen in the lives that it tells. */
export interface Abilities {
  /** How long after the move of the period its payment is told; `null` where both are told as one. */
  readonly draftMs: number | null
  /** How long after the start of the period the first failure is told. */
  readonly failMs: number
  /** Whether it tells payments; where it does not, told active is paid. */
  readonly tellsPayments: boolean
  readonly free: boolean
  /** Whether it collects by invoice, to be paid within days. */
  readonly byInvoice: boolean
  readonly balance: boolean
  readonly changes: readonly ('on_account' | 'paid' | 'declined')[]
  /** `new_period`: a change of plan is a purchase of its own, and one to less comes with the next period. */
  readonly plan: 'within' | 'new_period'
  /** Whether it can be changed to a year, which begins and is paid at once. */
  readonly toYear: boolean
  readonly quantity: boolean
  readonly addon: boolean
  /** Whether one subscription can have an add-on by the year beside a plan by the month. */
  readonly yearlyAddon: boolean
  readonly pause: boolean
  readonly cancelAtOnce: boolean
  readonly extra: boolean
  readonly touch: boolean
  readonly refunds: 'none' | 'whole' | 'parts'
  /** Whether it tells that a refund did not arrive, and that the line of one thing was refunded. */
  readonly refundFails: boolean
  readonly refundsLines: boolean
  /** `held`: that one was lost is never told, it stays open. */
  readonly disputes: 'none' | 'held' | 'closed'
  /** Whether the next period begins while the last one is overdue. */
  readonly goesOnOverdue: boolean
  readonly givesUp: readonly ('unpaid' | 'ended')[]
  /** Whether the store waits by a grace of its own, and tells a payment after that as a period that starts with it. */
  readonly storeGrace: boolean
}

const ALL = {
  tellsPayments: true,
  free: true,
  byInvoice: false,
  balance: false,
  changes: ['on_account', 'paid', 'declined'],
  plan: 'within',
  toYear: false,
  quantity: true,
  addon: true,
  yearlyAddon: false,
  pause: true,
  cancelAtOnce: true,
  extra: true,
  touch: true,
  refunds: 'parts',
  refundFails: false,
  refundsLines: false,
  disputes: 'closed',
  goesOnOverdue: false,
  givesUp: ['unpaid', 'ended'],
  storeGrace: false,
} as const

export const ABILITIES: Readonly<Record<TellerName, Abilities>> = {
  // The invoice is a draft for about an hour.
  stripe: {
    ...ALL,
    draftMs: HOUR,
    failMs: HOUR,
    byInvoice: true,
    yearlyAddon: true,
    balance: true,
    refundFails: true,
    goesOnOverdue: true,
  },
  // A chargeback that stands is told once; only one that is reversed is told again.
  paddle: {
    ...ALL,
    draftMs: 40 * SECOND,
    failMs: 90 * SECOND,
    byInvoice: true,
    refundFails: true,
    refundsLines: true,
    disputes: 'held',
    givesUp: ['ended'],
  },
  // One product and a number of seats. A change whose payment fails is not made, and so not told.
  polar: {
    ...ALL,
    draftMs: 20 * MINUTE,
    failMs: 30 * MINUTE,
    changes: ['on_account', 'paid'],
    addon: false,
  },
  // One variant and a quantity; no disputes; usage is billed with the renewal.
  lemonsqueezy: {
    ...ALL,
    draftMs: null,
    failMs: 3 * MINUTE,
    changes: ['on_account', 'paid'],
    toYear: true,
    addon: false,
    extra: false,
    cancelAtOnce: false,
    disputes: 'none',
  },
  // One product a transaction, given back whole or not at all; a store has no pause within what was paid.
  revenuecat: {
    ...ALL,
    draftMs: null,
    failMs: 0,
    tellsPayments: false,
    free: false,
    changes: [],
    plan: 'new_period',
    quantity: false,
    addon: false,
    pause: false,
    cancelAtOnce: false,
    extra: false,
    touch: false,
    refunds: 'whole',
    disputes: 'none',
    givesUp: ['ended'],
    storeGrace: true,
  },
  // docs/checkout-payload.md: snapshots and disputes, no payments and no refunds of a subscription.
  'standard-webhooks': {
    ...ALL,
    draftMs: null,
    failMs: 0,
    tellsPayments: false,
    free: false,
    changes: ['on_account'],
    extra: false,
    goesOnOverdue: true,
    refunds: 'none',
  },
}

/** When invoices are paid, and when they are overdue. */
export const INVOICE_PAID_MS = 10 * DAY
export const INVOICE_OVERDUE_MS = 14 * DAY

/** How long a store waits, where it waits. */
export const STORE_GRACE_MS = { week: 3 * DAY, month: 16 * DAY, year: 16 * DAY }
