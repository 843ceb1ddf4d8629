import { ProblemError } from '../../app/problems/problem-error.ts'
import type { ProblemCode, ProblemFacts } from '../../contract/problems/problems.ts'

/** A problem that says more in the headers of its answer. Thrown where a request cannot go on. */
export class HttpProblem extends ProblemError {
  override readonly name = 'HttpProblem'
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, facts: ProblemFacts = {}, headers: Readonly<Record<string, string>> = {}) {
    super(code, facts)
    this.headers = headers
  }
}
