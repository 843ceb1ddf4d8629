import { d1Failure } from '../../platform/d1-failure.ts'
import { NoAnswer } from '../../platform/deadline.ts'
import { errorText, log } from '../../platform/log.ts'
import { outcomeUnknown, ProblemError } from './problem-error.ts'

/** What a caller may know of an error: of a bug no more than the id of the request. */
export function problemFor(error: unknown, { isRead }: { isRead: boolean }): ProblemError {
  if (error instanceof ProblemError) return error
  log('error', 'request_failed', { error: errorText(error) })
  if (!isSilenceOfD1(error)) return new ProblemError('internal_error')
  return isRead ? new ProblemError('ledger_unavailable') : outcomeUnknown()
}

/** D1 did not answer; had it refused, that would be a mistake of ours. */
function isSilenceOfD1(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const isOfD1 = error instanceof NoAnswer || /D1_ERROR/.test(error.message)
  return (isOfD1 && d1Failure(error) === 'unknown') || isSilenceOfD1(error.cause)
}
