import type { Listing } from './listing.ts'
import type { CallOptions } from './requests.ts'
import { type CheckOptions, type LedgerParts, type ReadOptions, UserCalls } from './user-calls.ts'
import type {
  AccessListAnswer,
  BalanceListAnswer,
  ChangePlanAsked,
  CheckAnswer,
  CheckAsked,
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
export class LedgerUser {
  readonly id: string
  readonly #calls: UserCalls

  constructor(id: string, parts: LedgerParts) {
    this.id = id
    this.#calls = new UserCalls(id, parts)
  }

  /** The version below which nothing answers, as this client has changed something: for another service, as `minVersion`. */
  get version(): number {
    return this.#calls.version
  }

  /** Takes the version of another service: from now on nothing answers that does not know it. */
  expect(version: number): void {
    this.#calls.expect(version)
  }

  /** May this user use this feature? From memory, where the ledger was given one that knows it well enough. */
  check(feature: string, options?: CheckOptions): Promise<CheckAnswer> {
    return this.#calls.check(feature, options)
  }

  /** What memory answers at once; `null` where it does not know well enough, and `check` would ask. */
  remembered(feature: string, options?: CheckAsked): CheckAnswer | null {
    return this.#calls.remembered(feature, options)
  }

  /** All features of which the user has something; with `all` every feature there is. Asks the ledger each time. */
  access(options?: AccessOptions): Promise<AccessListAnswer> {
    return this.#calls.read('access', { ...options })
  }

  /** What is left of metered features, lot by lot. Asks the ledger each time. */
  balances(options?: BalancesOptions): Promise<BalanceListAnswer> {
    return this.#calls.read('balances', { ...options }, options?.feature)
  }

  /** Spends some of a metered feature, if it is there; else throws `insufficient_balance`. */
  consume(asked: ConsumeAsked, options?: UsageOptions): Promise<ConsumptionAnswer> {
    return this.#calls.use('consume', { ...asked, ...options })
  }

  /** Gives back what was spent, in whole or in part. */
  reverse(consumptionId: string, asked?: ReverseAsked, options?: UsageOptions): Promise<ReversalAnswer> {
    return this.#calls.use('reverse', { consumptionId, ...asked, ...options })
  }

  /** Holds some of a metered feature for a while. */
  reserve(asked: ReserveAsked, options?: UsageOptions): Promise<ReservationAnswer> {
    return this.#calls.use('reserve', { ...asked, ...options })
  }

  /** Spends what is held, or a part of it. */
  commit(reservationId: string, asked?: CommitAsked, options?: UsageOptions): Promise<ConsumptionAnswer> {
    return this.#calls.use('commit', { reservationId, ...asked, ...options })
  }

  /** Lets go of what is held. */
  release(reservationId: string, options?: ReleaseOptions): Promise<ReleaseAnswer> {
    // The answer does not say whose lots they are.
    return this.#calls.change('release', { reservationId, ...options })
  }

  /** Lets a lease go on: it ends no sooner than so long from now, and never sooner than it did. */
  renew(reservationId: string, asked: RenewAsked, options?: CallOptions): Promise<ReservationAnswer> {
    return this.#calls.send('renew', { reservationId, ...asked, ...options })
  }

  /** Lets go of all that a holder has of a held feature. */
  releaseHolder(asked: ReleaseHolderAsked, options?: UsageOptions): Promise<ReversalAnswer | ReleaseAnswer> {
    return this.#calls.use('releaseHolder', { ...asked, ...options })
  }

  /** Who holds what, those first who took it first. */
  holders(asked?: OfFeatureAsked & CallOptions): Listing<HolderAnswer> {
    return this.#calls.list('holders', asked)
  }

  /** One reservation, and what became of it. */
  reservation(reservationId: string, options?: CallOptions): Promise<KnownReservationAnswer> {
    return this.#calls.send('reservation', { reservationId, ...options })
  }

  /** The reservations that are open, those first that were made first. */
  reservations(asked?: OfFeatureAsked & CallOptions): Listing<KnownReservationAnswer> {
    return this.#calls.list('reservations', asked)
  }

  /** What was consumed and given back, oldest first, with the sums of each page; with `totals: 'only'` nothing but these. */
  consumptions(asked?: ConsumptionsAsked & CallOptions): Listing<ConsumptionItem, ConsumptionPageAnswer> {
    return this.#calls.list('consumptions', asked)
  }

  /** Grants a feature. */
  grant(asked: GrantAsked, options?: ChangeOptions): Promise<EntitlementAnswer> {
    return this.#calls.change('grant', { ...asked, ...options })
  }

  /** Changes the terms of an entitlement; what is left out stays as it is. */
  update(entitlementId: string, asked: UpdateAsked, options?: ChangeOptions): Promise<EntitlementAnswer> {
    return this.#calls.change('update', { entitlementId, ...asked, ...options })
  }

  /** Stops an entitlement until it is resumed. */
  suspend(entitlementId: string, options?: ReasonOptions): Promise<EntitlementAnswer> {
    return this.#calls.change('suspend', { entitlementId, ...options })
  }

  /** Lets a suspended entitlement go on. */
  resume(entitlementId: string, options?: ReasonOptions): Promise<EntitlementAnswer> {
    return this.#calls.change('resume', { entitlementId, ...options })
  }

  /** Revokes an entitlement, for good. */
  revoke(entitlementId: string, options?: ReasonOptions): Promise<EntitlementAnswer> {
    return this.#calls.change('revoke', { entitlementId, ...options })
  }

  /** One entitlement. */
  entitlement(entitlementId: string, options?: CallOptions): Promise<EntitlementAnswer> {
    return this.#calls.send('entitlement', { entitlementId, ...options })
  }

  /** The entitlements of the user, and what everybody has, in the order of their ids. */
  entitlements(asked?: EntitlementsAsked & CallOptions): Listing<EntitlementAnswer> {
    return this.#calls.list('entitlements', asked)
  }

  /** Gives a whole product. */
  givePlan(asked: GivePlanAsked, options?: ChangeOptions): Promise<PlanAnswer> {
    return this.#calls.change('givePlan', { ...asked, ...options })
  }

  /** Says what a plan is from now on, as a whole. */
  changePlan(sourceRef: string, asked: ChangePlanAsked, options?: ChangeOptions): Promise<PlanAnswer> {
    return this.#calls.change('changePlan', { sourceRef, ...asked, ...options })
  }

  /** Ends a plan, for good. */
  endPlan(sourceRef: string, options?: ReasonOptions): Promise<PlanAnswer> {
    return this.#calls.change('endPlan', { sourceRef, ...options })
  }

  /** One plan. */
  plan(sourceRef: string, options?: CallOptions): Promise<PlanAnswer> {
    return this.#calls.send('plan', { sourceRef, ...options })
  }

  /** The plans of the user, those that are over too, in the order of their `sourceRef`. */
  plans(asked?: ListAsked & CallOptions): Listing<PlanAnswer> {
    return this.#calls.list('plans', asked)
  }

  /** The history of the user, entry by entry, the newest first unless told otherwise. */
  ledger(asked?: HistoryAsked & CallOptions): Listing<LedgerEntryAnswer> {
    return this.#calls.list('ledger', asked)
  }
}
