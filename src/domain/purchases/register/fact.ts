import type { Instant } from '../../values/instant.ts'

/**
 * Orders what a provider says of one thing: its own time or counter, then a rank for what may share that.
 * Whatever still ties is ordered by its content, so that the order of arrival never decides.
 */
export interface Version {
  readonly at: number
  readonly rank: number
}

/** What is bought. */
export interface Item {
  readonly id: string
  /** The provider's id of it, which the catalog knows as a reference; `null` for what no longer has one. */
  readonly product: string | null
  /** Ids that stand for it too, less exactly: the product of a price. They count where the catalog does not know `product`. */
  readonly also?: readonly string[]
  /** How many are left after what the provider has taken away itself. */
  readonly quantity: number
  /** How many were ordered, from which reversals are counted. */
  readonly ordered: number
}

/** `[startsAt, endsAt)` as the provider tells it; a start that it does not tell is `null`, and never guessed. */
export interface BilledPeriod {
  readonly startsAt: Instant | null
  readonly endsAt: Instant
}

/** An item that is billed by the period. `null`: the event does not say by which, and what was known stays. */
export interface BilledItem extends Item {
  readonly period: BilledPeriod | null
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

/**
 * What a subscription is, in the provider's words.
 *
 * - `none`: not begun, its first payment is open.
 * - `trialing`, `active`: goes on; whether its period is paid, its payments say.
 * - `overdue`: a payment is late, and the provider still tries.
 * - `unpaid`: a payment is late, and the provider has given up.
 * - `paused`: stopped by the shop or the buyer.
 * - `ended`: over.
 */
export type SubscriptionState = 'none' | 'trialing' | 'active' | 'overdue' | 'unpaid' | 'paused' | 'ended'

/** All that is true of a subscription at one version: the newest wins, a terminal one absorbs everything. */
export interface SubscriptionFact extends Naming {
  readonly type: 'subscription'
  readonly version: Version
  readonly terminal: boolean
  readonly state: SubscriptionState
  /** When the provider says so. Of what is late: since when, where that is told. */
  readonly toldAt: Instant
  readonly startsAt: Instant | null
  /** Exclusive: when it ends or has ended, as far as that is decided; `null` while it goes on. */
  readonly endsAt: Instant | null
  /** Whether payments are told by events of their own, so that `active` alone does not say that anything was paid. */
  readonly tellsPayments: boolean
  readonly items: readonly BilledItem[]
  /** What it was changed for where that is a purchase of its own: it ends when that one begins. */
  readonly replacedBy?: Replacement | null
}

/** A product for which another one was given up, as the provider calls it. */
export interface Replacement {
  readonly product: string
  /** When what was given up began: what began before that is not what it was changed for. */
  readonly since: Instant
}

/** Bought once: lines are only ever added. */
export interface PurchaseFact extends Naming {
  readonly type: 'purchase'
  readonly version: Version
  /** Where several documents tell the lines of one purchase, those of the highest count; 0 where there is one. */
  readonly document?: number
  /** The payment that paid for these lines; `null` or absent for whatever the source was paid by. */
  readonly paidBy?: string | null
  /** Whether they are given only once that payment is there. */
  readonly isAwaited?: boolean
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  /** When it was bought, from which what lasts is counted where no start is told; absent where nobody says. */
  readonly boughtAt?: Instant | null
  readonly lines: readonly Item[]
}

/** What a payment is for. */
export type Covers =
  /** The periods that its lines name. */
  | { readonly type: 'period'; readonly lines: readonly CoveredLine[] }
  /** The difference of a change within a period that another payment pays for. */
  | { readonly type: 'change' }
  /** Something beside: a training, what was used and is billed afterwards. */
  | { readonly type: 'other' }

export interface CoveredLine {
  /** By which a refund names it; `null` where none does. */
  readonly id: string | null
  /** The item that it pays for; `null` for all of them. */
  readonly item: string | null
  /** When the period begins or, where no end is told, when it was billed, which is about then. */
  readonly startsAt: Instant
  readonly endsAt: Instant | null
  readonly total: number | null
}

/** What was paid, and how much of it has been given back so far, in the smallest unit of its currency. */
export interface Money {
  readonly version: Version
  readonly total: number
  readonly refunded: number
}

/** What one event tells of a payment; others tell the rest. */
export interface PaymentFact extends Pointing {
  readonly type: 'payment'
  readonly payment: string
  readonly paidAt: Instant | null
  readonly money: Money | null
  /** The bill that it pays all or a part of, itself a payment; `null` where it stands for itself. */
  readonly bill: string | null
  readonly covers: Covers | null
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
    /** A line that is none of its own: it was the order of the subscription. */
    | { readonly type: 'order'; readonly line: string }
    /** Money of a payment: all of it or a part, of one of its lines where that is named. */
    | {
        readonly type: 'amount'
        readonly payment: string
        readonly amount: number
        readonly line?: string | null
      }
    /** A part, and nobody says of what: the deployment's policy decides. */
    | { readonly type: 'part' }
  /** When what is reversed was paid, `null` when its payment says so or that does not matter. */
  readonly paidAt: Instant | null
  /** When it was given back; `null` where that is not told. */
  readonly reversedAt?: Instant | null
}

/** A dispute: by its reason, held or released. */
export interface HoldFact extends Pointing {
  readonly type: 'hold'
  readonly reason: string
  readonly version: Version
  readonly held: boolean
  /** The payment that is disputed: what it covers is held. `null` for all that the source gives. */
  readonly payment?: string | null
  /** When that was paid, where nothing else says which payment it is. */
  readonly paidAt?: Instant | null
}

/** Whom a payload names as the user of a purchase or, where it speaks of no purchase, as the user that a customer is. */
export interface LinkFact {
  readonly type: 'link'
  readonly customer: string | null
  /** Ids of the purchase that it names, all of one; empty when only the customer is spoken of. */
  readonly refs: readonly string[]
  /** `null` where nobody is named: it then only says which ids stand for one purchase. */
  readonly userId: string | null
  /**
   * Whether the name stands on the purchase itself or on the session that led to it: the own one is the stronger. Where
   * a buyer wrote it, the shop's are stronger.
   */
  readonly rank: 'own' | 'session' | 'buyer' | 'buyer_session'
  /** In which store it was bought, where one provider tells of several. */
  readonly store?: string
  /** Who can have written the name. */
  readonly writer: NameWriter
}

/** The shop's server alone; a buyer, in an address or a browser; or the provider, by what it knows itself. */
export type NameWriter = 'server' | 'buyer' | 'provider'

/** All that these customers have goes over to another. */
export interface TransferFact {
  readonly type: 'transfer'
  /** Of which store, where that is told: what was bought elsewhere stays. */
  readonly store: string | null
  readonly from: readonly string[]
  readonly to: string
}
