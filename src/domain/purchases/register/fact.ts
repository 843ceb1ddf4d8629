import type { CustomerId, UserId } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'

/**
 * Orders what a provider says of one thing: its own time or counter, then a rank for events that may share it. What still
 * ties is ordered by content, so that the order of arrival never decides.
 */
export interface Version {
  readonly at: number
  readonly rank: number
}

/** What is bought. */
export interface Item {
  readonly id: string
  /** The provider's id of what is sold, a reference in the catalog; `null` where the provider has it no longer. */
  readonly product: string | null
  /** Ids that stand for more than `product` does, such as the product of a price; used where the catalog lacks that. */
  readonly also?: readonly string[]
  /** How many there are by the provider's own count, which refunds may have lowered already. */
  readonly quantity: number
  /** How many were ordered; quantities of refunds are taken off this. */
  readonly ordered: number
}

/** `[startsAt, endsAt)` as the provider says it; a start that it does not say is `null` and never guessed. */
export interface BilledPeriod {
  readonly startsAt: Instant | null
  readonly endsAt: Instant
}

/** An item that is billed by the period; `null` where the event names no period, which changes nothing that is known. */
export interface BilledItem extends Item {
  readonly period: BilledPeriod | null
}

/**
 * What a provider's event says, in the same words for every provider, before it meets a user's ledger. Facts commute and
 * repeat safely: in any order and any number of times they make the same register.
 *
 * Names of members are hashed with the entries that record them, and so never change.
 */
export type Fact = SourceFact | LinkFact | TransferFact

/** Facts that belong to one source. */
export type SourceFact = SubscriptionFact | PurchaseFact | PaymentFact | ReversalFact | HoldFact

/** Names its source by `ref`, and says which other ids find it from now on. */
interface Naming {
  readonly ref: string
  readonly aliases: readonly string[]
  /** The provider's customer, who may be linked to a user. */
  readonly customer: CustomerId | null
}

/** Points at a source by ids of it: the first that is known finds it. */
interface Pointing {
  readonly of: readonly string[]
}

/**
 * The state of a subscription as its provider says it.
 *
 * - `none`: not begun, as its first payment is open.
 * - `trialing`, `active`: goes on; its payments say whether its period is paid.
 * - `overdue`: a payment is late, and the provider still tries to collect it.
 * - `unpaid`: a payment is late, and the provider has given up.
 * - `paused`: stopped by the shop or the buyer.
 * - `ended`: over.
 */
export type SubscriptionState = 'none' | 'trialing' | 'active' | 'overdue' | 'unpaid' | 'paused' | 'ended'

/** A snapshot of a subscription: of several the newest version wins, and a terminal one wins over all others. */
export interface SubscriptionFact extends Naming {
  readonly type: 'subscription'
  readonly version: Version
  readonly terminal: boolean
  readonly state: SubscriptionState
  /** When the provider said so; of a late payment since when it is late, where the provider says that. */
  readonly toldAt: Instant
  readonly startsAt: Instant | null
  /** Exclusive: when it ends or has ended; `null` while no end is decided. */
  readonly endsAt: Instant | null
  /** Whether the provider sends payments as events of their own: then `active` alone says nothing about payment. */
  readonly tellsPayments: boolean
  readonly items: readonly BilledItem[]
  /** What the buyer changed to, where that is a purchase of its own: this one ends when that begins. */
  readonly replacedBy?: Replacement | null
}

/** The product that a buyer changed to, by its reference. */
export interface Replacement {
  readonly product: string
  /** When what was replaced began; a purchase that began earlier is not the replacement. */
  readonly since: Instant
}

/** A purchase that is bought once; lines are only ever added. */
export interface PurchaseFact extends Naming {
  readonly type: 'purchase'
  readonly version: Version
  /** Ranks the document that lists the lines, where several do (checkout, invoice): the highest counts; 0 where there is one. */
  readonly document?: number
  /** The payment of these lines; `null` or absent where any payment of the source is theirs. */
  readonly paidBy?: string | null
  /** Whether the lines count only once that payment is known. */
  readonly isAwaited?: boolean
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  /** When it was bought: the start of a product's duration where `startsAt` is `null`. */
  readonly boughtAt?: Instant | null
  readonly lines: readonly Item[]
}

/** What a payment is for. */
export type Covers =
  /** Billing periods, one for each of its lines. */
  | { readonly type: 'period'; readonly lines: readonly CoveredLine[] }
  /** The difference in price of a change within a period, which another payment pays for. */
  | { readonly type: 'change' }
  /** Something else, such as a service or usage that is billed afterwards: it pays for no access. */
  | { readonly type: 'other' }

export interface CoveredLine {
  /** The id by which refunds name it; `null` where they cannot. */
  readonly id: string | null
  /** The item that it pays for; `null` for all of them. */
  readonly item: string | null
  /** When the period begins or, where no end is known, when it was billed, which is about the same moment. */
  readonly startsAt: Instant
  readonly endsAt: Instant | null
  readonly total: number | null
}

/** What was paid and how much of it was refunded so far, in the smallest unit of its currency. */
export interface Money {
  readonly version: Version
  readonly total: number
  readonly refunded: number
}

/** What one event says of a payment; members that it does not know are `null`, and other events have them. */
export interface PaymentFact extends Pointing {
  readonly type: 'payment'
  readonly payment: string
  readonly paidAt: Instant | null
  readonly money: Money | null
  /** The id of the bill that it pays, wholly or in part, itself recorded as a payment; `null` where there is none. */
  readonly bill: string | null
  readonly covers: Covers | null
}

/** A refund, by its own id. It may come before the payment that it reverses, and can be undone, as when it fails. */
export interface ReversalFact extends Pointing {
  readonly type: 'reversal'
  readonly id: string
  readonly version: Version
  readonly undone: boolean
  readonly reverses:
    | { readonly type: 'everything' }
    /** So many of one line, all of them when `null`. */
    | { readonly type: 'line'; readonly line: string; readonly quantity: number | null }
    /** A line that is no purchase, as it is the order that began the subscription: it is taken out of the lines. */
    | { readonly type: 'order'; readonly line: string }
    /** Money of a payment, or of one of its lines where that is named. */
    | {
        readonly type: 'amount'
        readonly payment: string
        readonly amount: number
        readonly line?: string | null
      }
    /** A part of it all, without a word of what: the deployment's policy decides. */
    | { readonly type: 'part' }
  /** When what is reversed was paid; `null` where its payment is named or the moment does not matter. */
  readonly paidAt: Instant | null
  /** When the refund was made; `null` where that is not known. */
  readonly reversedAt?: Instant | null
}

/** A dispute, by its reason: access is held back while it is open. */
export interface HoldFact extends Pointing {
  readonly type: 'hold'
  readonly reason: string
  readonly version: Version
  readonly held: boolean
  /** The disputed payment: what it covers is held back; `null` for all that the source gives. */
  readonly payment?: string | null
  /** When the disputed payment was made, where no id names it. */
  readonly paidAt?: Instant | null
}

/** Names the user of a purchase or, where it names no purchase, the user whom a customer is. */
export interface LinkFact {
  readonly type: 'link'
  readonly customer: CustomerId | null
  /** Ids of one purchase; empty where only the customer is named. */
  readonly refs: readonly string[]
  /** `null` where no user is named: then it says that these ids are one purchase, and nothing else. */
  readonly userId: UserId | null
  /**
   * Where the name stands: on the purchase itself or, weaker, on the session that led to it; names that a buyer can have
   * written are weaker than both.
   */
  readonly rank: 'own' | 'session' | 'buyer' | 'buyer_session'
  /** The store of the purchase, where one provider reports several stores. */
  readonly store?: string
  /** Who can have written the name. */
  readonly writer: NameWriter
}

/** Only the shop's server; a buyer, through an address or a browser; or the provider from its own records. */
export type NameWriter = 'server' | 'buyer' | 'provider'

/** All that some customers have is another customer's now. */
export interface TransferFact {
  readonly type: 'transfer'
  /** Only purchases of this store move; `null` where the event names none. */
  readonly store: string | null
  readonly from: readonly CustomerId[]
  readonly to: CustomerId
}
