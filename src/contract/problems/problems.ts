import { CONFLICT_PROBLEMS } from './conflicts.ts'
import { FAULT_PROBLEMS } from './faults.ts'
import { NOT_FOUND_PROBLEMS } from './not-found.ts'
import { REQUEST_PROBLEMS } from './request-problems.ts'
import { UNPROCESSABLE_PROBLEMS } from './unprocessable.ts'

/**
 * The public catalogue, in the order of its statuses. A code that has shipped is never renamed, reused or moved to another
 * status. Within a status, the code that is listed first is given when several apply.
 */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...NOT_FOUND_PROBLEMS,
  ...CONFLICT_PROBLEMS,
  ...UNPROCESSABLE_PROBLEMS,
  ...FAULT_PROBLEMS,
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** What a problem tells besides what the catalogue says of its code. */
export interface ProblemFacts {
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  readonly [fact: string]: unknown
}

/** RFC 9457 problem details. */
export interface Problem extends ProblemFacts {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly retryable: boolean
  readonly requestId: string
}

/** The problem of a code, told to one request. */
export function problemOf(code: ProblemCode, requestId: string, facts: ProblemFacts = {}): Problem {
  const { title, status, retryable } = PROBLEMS[code]
  return { type: `/docs/problems#${code}`, title, status, ...facts, code, retryable, requestId }
}
