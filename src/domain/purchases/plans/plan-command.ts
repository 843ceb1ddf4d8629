import type { Instant } from '../../values/instant.ts'

/** A caller's command on a plan: a whole product that is given to a user by hand, under the caller's own `sourceRef`. */
export type PlanCommand = GivePlan | ChangePlan | EndPlan

/** What a plan is from now on. */
interface PlanTerms {
  /** The id of the product. */
  readonly product: string
  readonly quantity: number
  /** Exclusive; `null` where it does not end, or as its product says. */
  readonly endsAt: Instant | null
}

interface GivePlan extends PlanTerms {
  readonly type: 'give_plan'
  readonly sourceRef: string
  /** `null` for now. */
  readonly startsAt: Instant | null
}

interface ChangePlan extends PlanTerms {
  readonly type: 'change_plan'
  readonly sourceRef: string
}

/** Ends a plan for good, now. */
interface EndPlan {
  readonly type: 'end_plan'
  readonly sourceRef: string
}

/** Why a command on a plan changes nothing, in order of precedence. */
export type PlanRefusal =
  | { readonly code: 'plan_exists'; readonly sourceRef: string }
  | { readonly code: 'plan_not_found'; readonly sourceRef: string }
  | { readonly code: 'plan_ended'; readonly sourceRef: string }
  | { readonly code: 'product_unknown'; readonly product: string }
  | { readonly code: 'product_archived'; readonly product: string }
  | { readonly code: 'period_impossible'; readonly rule: string }
