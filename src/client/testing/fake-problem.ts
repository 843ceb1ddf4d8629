import type { PROBLEMS, ProblemCode } from '../../contract/problems/problems.ts'
import type { ProblemAnswer } from '../wire.ts'

/** What a fake ledger may answer instead, as the contract has it. */
const STATUSES = {
  malformed_request: 400,
  passports_off: 404,
  entitlement_not_found: 404,
  plan_not_found: 404,
  consumption_not_found: 404,
  reservation_not_found: 404,
  holder_not_found: 404,
  entitlement_exists: 409,
  entitlement_revoked: 409,
  managed_by_source: 409,
  plan_exists: 409,
  plan_ended: 409,
  version_unknown: 409,
  insufficient_balance: 409,
  holder_exists: 409,
  reversal_exceeds_consumption: 409,
  reservation_already_committed: 409,
  reservation_already_released: 409,
  reservation_has_no_holder: 409,
  reservation_already_expired: 409,
  precondition_failed: 412,
  idempotency_key_reused: 422,
  feature_unknown: 422,
  product_unknown: 422,
  holder_missing: 422,
  reset_not_allowed: 422,
  feature_not_metered: 422,
  commit_exceeds_reservation: 422,
  ledger_unavailable: 503,
} as const satisfies { readonly [Code in ProblemCode]?: (typeof PROBLEMS)[Code]['status'] }

type FakeCode = keyof typeof STATUSES
type Facts = Readonly<Record<string, unknown>>

/** A problem as a fake ledger tells it, in the place of a check that is one of many as well. */
export function problemFor(code: FakeCode, facts: Facts = {}): ProblemAnswer {
  const { [code]: status } = STATUSES
  const type = `/docs/problems#${code}`
  return { type, title: code, status, ...facts, code, retryable: status === 503, requestId: 'req_fake' }
}

/** The same as a binding throws it: the whole problem is the last line of its message. */
export function fakeProblem(code: FakeCode, facts: Facts = {}): Error {
  const problem = problemFor(code, facts)
  const error = new Error(`${code}: ${problem.title}\n${JSON.stringify(problem)}`)
  return Object.assign(error, problem, { name: 'EntitlementsError' })
}
