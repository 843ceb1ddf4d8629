import type * as z from 'zod'
import type { accessList, check, checkOneQuery, checksBody } from '../contract/schemas/checks.ts'
import type { consumptionPage, consumptionsQuery } from '../contract/schemas/consumptions.ts'
import type {
  createEntitlementBody,
  entitlement,
  entitlementsQuery,
  queryEntitlementsQuery,
  updateEntitlementBody,
} from '../contract/schemas/entitlements.ts'
import type {
  holderList,
  knownReservation,
  releaseHolderBody,
  renewBody,
} from '../contract/schemas/holders.ts'
import type { ledgerPage, ledgerQuery } from '../contract/schemas/ledger.ts'
import type { passport, passportBody } from '../contract/schemas/passports.ts'
import type { changePlanBody, givePlanBody, plan } from '../contract/schemas/plans.ts'
import type { jsonValue } from '../contract/schemas/primitives.ts'
import type { problem } from '../contract/schemas/problem.ts'
import type { ofPurchase, purchase } from '../contract/schemas/purchases.ts'
import type {
  balanceList,
  commitBody,
  consumeBody,
  consumption,
  releasedReservation,
  reservation,
  reserveBody,
  reversal,
  reverseBody,
} from '../contract/schemas/usage.ts'

// What is sent and answered, as the contract has it.

/**
 * What a ledger answers, to a client that may be older: it may name a reason, a state or a provider that is not known yet,
 * and have more members. So what is listed is what an editor offers, and no `switch` over it is whole.
 */
type Open<T> = [z.output<typeof jsonValue>] extends [T]
  ? T
  : T extends string
    ? string extends T
      ? T
      : T | (string & {})
    : T extends object
      ? { readonly [Key in keyof T]: Open<T[Key]> }
      : T

type Answer<Schema extends z.ZodType> = Open<z.output<Schema>>

export type CheckAnswer = Answer<typeof check>
export type AccessListAnswer = Answer<typeof accessList>
export type BalanceListAnswer = Answer<typeof balanceList>
export type ConsumptionAnswer = Answer<typeof consumption>
export type ReversalAnswer = Answer<typeof reversal>
export type ReservationAnswer = Answer<typeof reservation>
export type ReleaseAnswer = Answer<typeof releasedReservation>
export type KnownReservationAnswer = Answer<typeof knownReservation>
export type HolderAnswer = Answer<typeof holderList>['items'][number]
export type ConsumptionPageAnswer = Answer<typeof consumptionPage>
export type EntitlementAnswer = Answer<typeof entitlement>
export type PassportAnswer = Answer<typeof passport>
export type PlanAnswer = Answer<typeof plan>
export type LedgerEntryAnswer = Answer<typeof ledgerPage>['items'][number]
export type PurchaseAnswer = Answer<typeof purchase>
export type ProblemAnswer = Answer<typeof problem>

/** A check or a problem for each, in the order of the checks. */
export interface ChecksAnswer {
  readonly results: readonly (CheckAnswer | ProblemAnswer)[]
}

/** Of which features a passport tells, for whom, and for how long at most. */
export interface PassportAsked extends Omit<z.input<typeof passportBody>, 'features' | 'include'> {
  readonly features?: readonly string[] | undefined
  readonly include?: readonly 'balances'[] | undefined
}
export type ConsumeAsked = z.input<typeof consumeBody>
export type ReverseAsked = z.input<typeof reverseBody>
export type ReserveAsked = z.input<typeof reserveBody>
export type CommitAsked = z.input<typeof commitBody>
export type RenewAsked = z.input<typeof renewBody>
export type ReleaseHolderAsked = z.input<typeof releaseHolderBody>
export type GrantAsked = z.input<typeof createEntitlementBody>
export type UpdateAsked = z.input<typeof updateEntitlementBody>
export type GivePlanAsked = z.input<typeof givePlanBody>
export type ChangePlanAsked = z.input<typeof changePlanBody>

/** How fresh an answer has to be. `minVersion` is what a write answered as its version, and of what the answer then knows. */
export type FreshnessAsked = Omit<z.output<typeof checksBody>, 'checks'> &
  Pick<z.output<typeof checkOneQuery>, 'minVersion'>

/** The same of one check, which may ask for an amount of a metered feature; 1 when left out. */
export type CheckAsked = FreshnessAsked & Pick<z.output<typeof checkOneQuery>, 'amount'>

/** One of many checks: of one user, by `userId`, or of the first of several who may, by `anyOf`, and then of no version. */
export interface OneCheckAsked extends Pick<CheckAsked, 'minVersion' | 'amount'> {
  readonly userId?: string | undefined
  readonly anyOf?: readonly string[] | undefined
  readonly feature: string
}

/** What a query leaves out has a default. */
type Optional<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

/** How many items a page has, 50 when left out, and where it begins. */
export type ListAsked = Pick<EntitlementsAsked, 'limit' | 'cursor'>
/** Which entitlements of a user are listed. */
export type EntitlementsAsked = Optional<z.output<typeof entitlementsQuery>>
/** Which entitlements of all users are listed: by one of `feature`, `sourceRef`, `endsAfter` and `endsBefore` at least. */
export type EntitlementQuery = EntitlementsAsked &
  Pick<z.input<typeof queryEntitlementsQuery>, 'sourceRef' | 'endsAfter' | 'endsBefore'>
/** Of which feature holders and open reservations are listed; of all when left out. */
export type OfFeatureAsked = ListAsked & Pick<EntitlementsAsked, 'feature'>
/** Which consumptions and reversals are listed, and whether there is more to a page than its sums. */
export type ConsumptionsAsked = ListAsked & Omit<z.input<typeof consumptionsQuery>, 'limit' | 'cursor'>
export type HistoryAsked = Optional<z.output<typeof ledgerQuery>>

/** A purchase, by any id under which its provider speaks of it. */
export interface PurchaseAsked {
  readonly provider: z.input<typeof ofPurchase>['provider']
  readonly id: string
  /** Which of the provider’s accounts or shops; empty when left out. */
  readonly account?: string | undefined
}
