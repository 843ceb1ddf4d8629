import type { ProblemCode } from '../../contract/problems/problems.ts'

/** What a fake ledger may answer instead. */
const STATUSES = {
  entitlement_not_found: 404,
  plan_not_found: 404,
  consumption_not_found: 404,
  reservation_not_found: 404,
  entitlement_exists: 409,
  entitlement_revoked: 409,
  insufficient_balance: 409,
  plan_ended: 409,
  plan_exists: 409,
  reservation_already_committed: 409,
  reservation_already_expired: 409,
  reservation_already_released: 409,
  reversal_exceeds_consumption: 409,
  version_unknown: 409,
  precondition_failed: 412,
  commit_exceeds_reservation: 422,
  feature_not_metered: 422,
  idempotency_key_reused: 422,
  product_unknown: 422,
  ledger_unavailable: 503,
} as const satisfies Partial<Record<ProblemCode, number>>

/** A problem as a binding throws it. */
export function fakeProblem(
  code: keyof typeof STATUSES,
  facts: Readonly<Record<string, unknown>> = {},
): Error {
  const { [code]: status } = STATUSES
  const type = `/docs/problems#${code}`
  const retryable = status === 503
  return Object.assign(new Error(code), {
    type,
    title: code,
    status,
    code,
    retryable,
    requestId: 'req_fake',
    ...facts,
  })
}
