import type { ProblemSpec } from './problem-spec.ts'

/** The ledger itself is the reason. */
export const FAULT_PROBLEMS = {
  internal_error: {
    status: 500,
    title: 'Something is wrong with the ledger',
    retryable: false,
    help: 'The log has the cause under the `requestId`.',
  },
  misconfigured: {
    status: 503,
    title: 'The ledger is not configured',
    retryable: false,
    help: 'What is missing or weak is named in `detail`. The Worker serves nothing until it is there.',
  },
  overloaded: {
    status: 503,
    title: 'Too many changes of this user are waiting',
    retryable: true,
    help: 'Nothing was recorded. Send the same request with the same Idempotency-Key after the seconds in `Retry-After`.',
  },
  ledger_unavailable: {
    status: 503,
    title: 'The ledger cannot be reached',
    retryable: true,
    help: 'Nothing was recorded. Send the same request, with the same Idempotency-Key if it had one, after the seconds in `Retry-After`.',
  },
  outcome_unknown: {
    status: 503,
    title: 'It is not known whether the change was recorded',
    retryable: true,
    help: 'Send the same request, with the same Idempotency-Key if it had one, after the seconds in `Retry-After`: it is recorded once, and the answer says so. What carries no key says what shall be (a PUT, a DELETE), and may be sent again as well.',
  },
  ledger_full: {
    status: 507,
    title: 'The database of the ledger is full',
    retryable: false,
    help: 'Nothing was recorded. Checks go on. Whoever runs the ledger makes room: docs/operating/limits.md says how. From 95 % on the first change of a new user is refused, at the limit every change.',
  },
} as const satisfies Record<string, ProblemSpec>
