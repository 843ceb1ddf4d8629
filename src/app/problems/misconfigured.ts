import { log } from '../../platform/log.ts'
import { ProblemError } from './problem-error.ts'

/** The problem of a Worker that cannot serve; the log is told which variables are missing or weak. */
export function misconfigured({ message }: Error): ProblemError {
  log('error', 'misconfigured', { detail: message })
  return new ProblemError('misconfigured', { detail: message })
}
