import type { Listing } from './listing.ts'
import type { UserAccess } from './page-access.ts'
import type { CallOptions } from './requests.ts'
import { type ReadOptions, UserCalls } from './user-calls.ts'
import type {
  BalanceListAnswer,
  ChangePlanAsked,
  CommitAsked,
  ConsumeAsked,
  ConsumptionAnswer,
  ConsumptionPageAnswer,
  ConsumptionsAsked,
  EntitlementAnswer,
  EntitlementsAsked,
  GivePlanAsked,
  GrantAsked,
  HistoryAsked,
  HolderAnswer,
  KnownReservationAnswer,
  LedgerEntryAnswer,
  ListAsked,
  OfFeatureAsked,
  PassportAnswer,
  PassportAsked,
  PlanAnswer,
  ReleaseAnswer,
  ReleaseHolderAsked,
  RenewAsked,
  ReservationAnswer,
  ReserveAsked,
  ReversalAnswer,
  ReverseAsked,
  UpdateAsked,
} from './wire.ts'

export interface UsageOptions extends CallOptions {
  /** Made by the client when left out: give one that is kept with the order where a later try has to be the same request. */
  readonly idempotencyKey?: string | undefined
}

export interface ChangeOptions extends UsageOptions {
  /** Changes it only at this version: of the user where something is created, else of what is changed. */
  readonly ifVersion?: number | undefined
}

/** The same of what takes a reason, which is kept with the entry. */
export interface ReasonOptions extends ChangeOptions {
  readonly reason?: string | undefined
}

/** The same of what rests on no version. */
export type ReleaseOptions = Omit<ReasonOptions, 'ifVersion'>

type AccessOptions = ReadOptions & { readonly all?: boolean | undefined }
type BalancesOptions = ReadOptions & { readonly feature?: string | undefined }

type ConsumptionItem = NonNullable<ConsumptionPageAnswer['items']>[number]

/** One user’s rights. Whatever goes wrong is a `LedgerError`; a no is none. */
export class LedgerUser extends UserCalls {
  /** All features of which the user has something; with `all` every feature there is. Asks the ledger each time. */
  access(options?: AccessOptions): Promise<UserAccess> {
    return this.read('access', { ...options })
  }

  /** What is left of metered features, lot by lot. Asks the ledger each time. */
  balances(options?: BalancesOptions): Promise<BalanceListAnswer> {
    return this.read('balances', { ...options }, options?.feature)
  }

  /** A signed list of what the user may use and when, for one audience: it is verified without the ledger, and says no to nothing. */
  passport(asked: PassportAsked, options?: CallOptions): Promise<PassportAnswer> {
    return this.read('passport', { ...asked, ...options })
  }

  /** Spends some of a metered feature, if it is there; else throws `insufficient_balance`. */
  consume(asked: ConsumeAsked, options?: UsageOptions): Promise<ConsumptionAnswer> {
    return this.use('consume', { ...asked, ...options })
  }

  /** Gives back what was spent, in whole or in part. */
  reverse(consumptionId: string, asked?: ReverseAsked, options?: UsageOptions): Promise<ReversalAnswer> {
    return this.use('reverse', { ...asked, ...options, consumptionId })
  }

  /** Holds some of a metered feature for a while. */
  reserve(asked: ReserveAsked, options?: UsageOptions): Promise<ReservationAnswer> {
    return this.use('reserve', { ...asked, ...options })
  }

  /** Spends what is held, or a part of it. */
  commit(reservationId: string, asked?: CommitAsked, options?: UsageOptions): Promise<ConsumptionAnswer> {
    return this.use('commit', { ...asked, ...options, reservationId })
  }

  /** Lets go of what is held. */
  release(reservationId: string, options?: ReleaseOptions): Promise<ReleaseAnswer> {
    // The answer does not say whose lots they are.
    return this.change('release', { ...options, reservationId })
  }

  /** Lets a lease go on: it ends no sooner than so long from now, and never sooner than it did. */
  renew(reservationId: string, asked: RenewAsked, options?: CallOptions): Promise<ReservationAnswer> {
    return this.send('renew', { ...asked, ...options, reservationId })
  }

  /** Lets go of all that a holder has of a held feature. */
  releaseHolder(asked: ReleaseHolderAsked, options?: UsageOptions): Promise<ReversalAnswer | ReleaseAnswer> {
    return this.use('releaseHolder', { ...asked, ...options })
  }

  /** Who holds what, those first who took it first. */
  holders(asked?: OfFeatureAsked & CallOptions): Listing<HolderAnswer> {
    return this.list('holders', asked)
  }

  /** One reservation, and what became of it. */
  reservation(reservationId: string, options?: CallOptions): Promise<KnownReservationAnswer> {
    return this.send('reservation', { ...options, reservationId })
  }

  /** The reservations that are open, those first that were made first. */
  reservations(asked?: OfFeatureAsked & CallOptions): Listing<KnownReservationAnswer> {
    return this.list('reservations', asked)
  }

  /** What was consumed and given back, oldest first, with the sums of each page; with `totals: 'only'` nothing but these. */
  consumptions(asked?: ConsumptionsAsked & CallOptions): Listing<ConsumptionItem, ConsumptionPageAnswer> {
    return this.list('consumptions', asked)
  }

  /** Grants a feature. */
  grant(asked: GrantAsked, options?: ChangeOptions): Promise<EntitlementAnswer> {
    return this.change('grant', { ...asked, ...options })
  }

  /** Changes the terms of an entitlement; what is left out stays as it is. */
  update(entitlementId: string, asked: UpdateAsked, options?: ChangeOptions): Promise<EntitlementAnswer> {
    return this.change('update', { ...asked, ...options, entitlementId })
  }

  /** Stops an entitlement until it is resumed. */
  suspend(entitlementId: string, options?: ReasonOptions): Promise<EntitlementAnswer> {
    return this.change('suspend', { ...options, entitlementId })
  }

  /** Lets a suspended entitlement go on. */
  resume(entitlementId: string, options?: ReasonOptions): Promise<EntitlementAnswer> {
    return this.change('resume', { ...options, entitlementId })
  }

  /** Revokes an entitlement, for good. */
  revoke(entitlementId: string, options?: ReasonOptions): Promise<EntitlementAnswer> {
    return this.change('revoke', { ...options, entitlementId })
  }

  /** One entitlement. */
  entitlement(entitlementId: string, options?: CallOptions): Promise<EntitlementAnswer> {
    return this.send('entitlement', { ...options, entitlementId })
  }

  /** The entitlements of the user, and what everybody has, in the order of their ids. */
  entitlements(asked?: EntitlementsAsked & CallOptions): Listing<EntitlementAnswer> {
    return this.list('entitlements', asked)
  }

  /** Gives a whole product. */
  givePlan(asked: GivePlanAsked, options?: ChangeOptions): Promise<PlanAnswer> {
    return this.change('givePlan', { ...asked, ...options })
  }

  /** Says what a plan is from now on, as a whole. */
  changePlan(sourceRef: string, asked: ChangePlanAsked, options?: ChangeOptions): Promise<PlanAnswer> {
    return this.change('changePlan', { ...asked, ...options, sourceRef })
  }

  /** Ends a plan, for good. */
  endPlan(sourceRef: string, options?: ReasonOptions): Promise<PlanAnswer> {
    return this.change('endPlan', { ...options, sourceRef })
  }

  /** One plan. */
  plan(sourceRef: string, options?: CallOptions): Promise<PlanAnswer> {
    return this.send('plan', { ...options, sourceRef })
  }

  /** The plans of the user, those that are over too, in the order of their `sourceRef`. */
  plans(asked?: ListAsked & CallOptions): Listing<PlanAnswer> {
    return this.list('plans', asked)
  }

  /** The history of the user, entry by entry, the newest first unless told otherwise. */
  ledger(asked?: HistoryAsked & CallOptions): Listing<LedgerEntryAnswer> {
    return this.list('ledger', asked)
  }
}
