import type { ProblemError } from '../../app/problems/problem-error.ts'
import { MISSING } from '../../contract/in-words.ts'
import { PROBLEMS } from '../../contract/problems/problems.ts'
import { HttpProblem } from './http-problem.ts'

/** What providers of OpenFeature know that can go wrong. */
type ErrorCode = 'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL'

/** A problem with the members of OFREP beside its own, and of the type that OFREP says. `key`: of the flag, where one was asked for. */
export function evaluationFailure(problem: ProblemError, key: string | undefined): HttpProblem {
  const { code, facts } = problem
  const { errors = [], detail = PROBLEMS[code].title } = facts
  const places = errors.map(({ path, message }) => `${path} ${message}`)
  const failure = {
    ...(key === undefined ? {} : { key }),
    errorCode: errorCodeOf(problem),
    errorDetails: places.length === 0 ? detail : places.join('; '),
  }
  return new HttpProblem(code, { ...facts, ...failure }, { 'Content-Type': 'application/json' })
}

function errorCodeOf({ code, facts: { errors = [] } }: ProblemError): ErrorCode {
  if (code === 'feature_not_found') return 'FLAG_NOT_FOUND'
  const [first] = errors
  if (first === undefined) return 'GENERAL'
  const { path, message } = first
  if (path === 'body') return 'PARSE_ERROR'
  if (path === 'body.context.targetingKey' && message === MISSING) return 'TARGETING_KEY_MISSING'
  return path.startsWith('body.') ? 'INVALID_CONTEXT' : 'GENERAL'
}
