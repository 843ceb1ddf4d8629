/** Milliseconds since 1970. All that happens in a life happens on a whole second, which is as fine as Stripe tells it. */
export type Moment = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export type Interval = 'week' | 'month' | 'year'
export type Plan = 'lite' | 'max'

/** What is subscribed to. */
export interface Basket {
  readonly plan: Plan
  readonly quantity: number
  readonly addon: boolean
  /** Counts changes of the plan, for shops that take one item away and add another. */
  readonly serial: number
}

/** What is to be paid for at once: from its start to its end, which is exclusive. */
export interface Period {
  readonly index: number
  readonly startsAt: Moment
  readonly endsAt: Moment
  /** `free`: it costs nothing, and is told as paid with nothing. */
  readonly kind: 'trial' | 'free' | 'charged'
}

/** Money that was paid. */
export interface Payment {
  /** `p2` of period 2, `c1` of the first change in mid-period, `x1` of the first extra invoice. */
  readonly key: string
  readonly amount: number
  /** What of it came from the customer's balance, and is no money to give back. */
  readonly fromBalance: number
  readonly covers: 'period' | 'change' | 'extra'
  readonly period: Period
  /** The year of the add-on, where that is paid for as well. */
  readonly year: Period | null
  readonly basket: Basket
  readonly paidAt: Moment
}

/** How a subscription stands after something happened to it, in no provider's words. */
export interface Standing {
  readonly status: 'trialing' | 'active' | 'overdue' | 'paused' | 'unpaid' | 'ended'
  readonly startedAt: Moment
  readonly trialEndsAt: Moment | null
  readonly period: Period
  /** The year that the add-on is in; `null` where it goes by the same period as all else. */
  readonly year: Period | null
  readonly basket: Basket
  /** The key of the newest invoice. */
  readonly latest: string
  readonly cancelsAt: Moment | null
  readonly endedAt: Moment | null
  /** When its provider first said that it is overdue. */
  readonly overdueAt: Moment | null
  /** When it tries to collect what is overdue again. */
  readonly triesAt: Moment | null
}

interface OfSubscription {
  readonly at: Moment
  readonly after: Standing
}

/** Something that happens to a subscription or to the money paid for it. */
export type Happening =
  /** The first period begins. `payment` is `null` for a trial. */
  | (OfSubscription & { readonly type: 'bought'; readonly payment: Payment | null })
  /** The next period begins, nothing is paid yet. */
  | (OfSubscription & { readonly type: 'moved' })
  /** The period is paid; of a provider that does not tell the move, it begins with this. */
  | (OfSubscription & {
      readonly type: 'paid'
      readonly payment: Payment
      readonly isRecovery: boolean
      /** After nobody tried to collect it any more. */
      readonly wasGivenUp: boolean
      /** A trial that becomes what it is a trial of. */
      readonly isConversion: boolean
      /** A change of plan or interval that begins a period of its own. */
      readonly isUpgrade: boolean
    })
  /** The period is not paid. `storeGraceEndsAt` is how long the store itself waits; `undefined` where stores do not. */
  | (OfSubscription & {
      readonly type: 'failed'
      readonly isFirst: boolean
      readonly storeGraceEndsAt: Moment | undefined
    })
  | (OfSubscription & { readonly type: 'gave_up'; readonly how: 'unpaid' | 'ended' })
  | (OfSubscription & {
      readonly type: 'changed'
      readonly before: Basket
      readonly how: 'on_account' | 'paid' | 'declined'
      readonly payment: Payment | null
    })
  /** What becomes of a change that was declined. */
  | (OfSubscription & {
      readonly type: 'change_settled'
      readonly how: 'paid' | 'voided'
      readonly payment: Payment | null
    })
  /** A plan that comes with the next period. */
  | (OfSubscription & { readonly type: 'change_planned'; readonly plan: Plan })
  | (OfSubscription & { readonly type: 'paused' })
  | (OfSubscription & { readonly type: 'resumed' })
  | (OfSubscription & { readonly type: 'cancel_scheduled' })
  | (OfSubscription & { readonly type: 'uncancelled' })
  | (OfSubscription & { readonly type: 'ended'; readonly why: 'at_once' | 'at_end' })
  /** An update that means nothing, such as another card. */
  | (OfSubscription & { readonly type: 'touched' })
  | (OfSubscription & { readonly type: 'extra_paid'; readonly payment: Payment })
  | OfMoney

/** What happens to a payment long after it. */
export type OfMoney = { readonly at: Moment; readonly payment: Payment } & (
  | {
      readonly type: 'refunded'
      readonly refund: number
      readonly amount: number
      /** With this and the refunds before. */
      readonly refundedSoFar: number
    }
  /** The bank does not take the last refund: the money is back at the shop. */
  | {
      readonly type: 'refund_failed'
      readonly refund: number
      readonly amount: number
      /** Without it. */
      readonly refundedSoFar: number
    }
  /** Of one thing alone all that was paid for it in the period. */
  | { readonly type: 'line_refunded'; readonly refund: number; readonly line: number }
  | { readonly type: 'disputed' }
  | { readonly type: 'dispute_won' }
  | { readonly type: 'dispute_lost' }
)

export interface Life {
  /** By which it began. */
  readonly interval: Interval
  /** In the order in which it happened. */
  readonly happenings: readonly Happening[]
  /** Whether the shop takes an item away and adds another where the plan changes. */
  readonly replacesItems: boolean
  /** Whether an order is told before the subscription that it is for, where both are told. */
  readonly isOrderFirst: boolean
  /** Whether the customer pays an invoice, within days. */
  readonly isByInvoice: boolean
}
