import type { ProductRefusal } from '../../catalog/put-product.ts'
import type { Refusal } from '../../domain/user/refusal.ts'
import { ProblemError } from './problem-error.ts'
import { refusalToProblem } from './refusal-to-problem.ts'

/** The same problem as an error to be thrown. */
export function refusalToError(refusal: Refusal | ProductRefusal): ProblemError {
  const { code, facts } = refusalToProblem(refusal)
  return new ProblemError(code, facts)
}
