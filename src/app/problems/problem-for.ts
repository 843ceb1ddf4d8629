import { type D1Failure, d1Failure } from '../../platform/d1-failure.ts'
import { NoAnswer } from '../../platform/deadline.ts'
import { errorText, log } from '../../platform/log.ts'
import { outcomeUnknown, ProblemError } from './problem-error.ts'

/** What a caller may know of an error: of a bug no more than the id of the request. */
export function problemFor(error: unknown, { isRead }: { isRead: boolean }): ProblemError {
  if (error instanceof ProblemError) return error
  log('error', 'request_failed', { error: errorText(error) })
  switch (failureOfD1(error)) {
    case 'full':
      return new ProblemError(isRead ? 'ledger_unavailable' : 'ledger_full')
    case 'over_quota':
    case 'read_only':
      return new ProblemError('ledger_unavailable')
    case 'unknown':
      return isRead ? new ProblemError('ledger_unavailable') : outcomeUnknown()
    // What D1 refuses is a mistake of ours.
    case 'lost':
    case 'refused':
    case null:
      return new ProblemError('internal_error')
  }
}

/** What D1 meant by an error; `null` for one that is not of D1. */
function failureOfD1(error: unknown): D1Failure | null {
  if (!(error instanceof Error)) return null
  const isOfD1 = error instanceof NoAnswer || /D1_ERROR/.test(error.message)
  return isOfD1 ? d1Failure(error) : failureOfD1(error.cause)
}
