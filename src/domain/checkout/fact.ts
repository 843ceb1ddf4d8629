import type { Instant } from '../instant.ts'

/**
 * Orders what a provider says of one thing: its own time or counter, then a rank for what may share that.
 * Whatever still ties is ordered by its content, so that the order of arrival never decides.
 */
export interface Version {
  readonly at: number
  readonly rank: number
}

/** What is bought: `product` is the provider's id of it, which the catalog knows as a reference. */
export interface Item {
  readonly id: string
  readonly product: string
  /** How many are left after what the provider has taken away itself. */
  readonly quantity: number
  /** How many were ordered, from which reversals are counted. */
  readonly ordered: number
}

/**
 * What a provider's event says, in our words, before it meets a user's ledger. Facts commute and repeat safely:
 * in any order and any number they make the same register.
 */
export type Fact = SourceFact | LinkFact | TransferFact

/** Facts that belong to one source. */
export type SourceFact = SubscriptionFact | PurchaseFact | PaymentFact | ReversalFact | HoldFact

/** A source that says its own name, by which it is found from now on, with the other ids that stand for it. */
interface Naming {
  readonly ref: string
  readonly aliases: readonly string[]
  /** The provider's customer, who may be linked to a user. */
  readonly customer: string | null
}

/** A source that is only pointed at: by its name or one of its aliases, the first that is known. */
interface Pointing {
  readonly of: readonly string[]
}

/** All that is true of a subscription at one version: the newest wins, a terminal one absorbs everything. */
export interface SubscriptionFact extends Naming {
  readonly type: 'subscription'
  readonly version: Version
  readonly terminal: boolean
  /** `held` while it is paused or unpaid; `none` before its first payment. */
  readonly access: 'given' | 'held' | 'none'
  readonly trial: boolean
  readonly startsAt: Instant | null
  /** Exclusive; `null` never ends. Of an unpaid period: when it began. */
  readonly paidUntil: Instant | null
  /** Whether another payment is expected: then access goes on in grace after `paidUntil`. */
  readonly renews: boolean
  /** The period that was paid for last, which a refund of that payment takes away; `null` when there is none. */
  readonly period: { readonly startsAt: Instant; readonly endsAt: Instant } | null
  readonly items: readonly Item[]
}

/** Bought once: lines are only ever added. */
export interface PurchaseFact extends Naming {
  readonly type: 'purchase'
  readonly version: Version
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  readonly lines: readonly Item[]
}

/** What was paid, and how much of it has been given back so far, in the smallest unit of its currency. */
export interface PaymentFact extends Pointing {
  readonly type: 'payment'
  readonly payment: string
  readonly version: Version
  readonly total: number
  readonly refunded: number
  /** When it was paid: it paid for the period that covers this moment. */
  readonly paidAt: Instant | null
}

/** A refund, by its own id. It may come before what it reverses, and it can itself be undone. */
export interface ReversalFact extends Pointing {
  readonly type: 'reversal'
  readonly id: string
  readonly version: Version
  readonly undone: boolean
  readonly reverses:
    | { readonly type: 'everything' }
    /** Of one line so many, all of them when `null`. */
    | { readonly type: 'line'; readonly line: string; readonly quantity: number | null }
    /** Money for nothing in particular: all of the payment or a part, told by its amounts. */
    | { readonly type: 'amount'; readonly payment: string; readonly amount: number }
    /** A part, and nobody says of what: the deployment's policy decides. */
    | { readonly type: 'part' }
  /** When what is reversed was paid, `null` when that does not matter or is not known. */
  readonly paidAt: Instant | null
}

/** A dispute, a pause, a suspension: by its reason, held or released. */
export interface HoldFact extends Pointing {
  readonly type: 'hold'
  readonly reason: string
  readonly version: Version
  readonly held: boolean
}

/** Whom a payload names as the user of a purchase or, where it speaks of no purchase, as the user that a customer is. */
export interface LinkFact {
  readonly type: 'link'
  readonly customer: string | null
  /** Ids of the purchase that it names, all of one; empty when only the customer is spoken of. */
  readonly refs: readonly string[]
  /** `null` where nobody is named: it then only says which ids stand for one purchase. */
  readonly userId: string | null
  /** Whether the name stands on the purchase itself or on the session that led to it: the own one is the stronger. */
  readonly rank: 'own' | 'session'
}

/** All that these customers have goes over to another. */
export interface TransferFact {
  readonly type: 'transfer'
  readonly from: readonly string[]
  readonly to: string
}
