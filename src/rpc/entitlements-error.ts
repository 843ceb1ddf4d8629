import type { Problem } from '../contract/problems/problems.ts'

/**
 * A problem as it is thrown to another Worker: the same members as over HTTP, as own properties, because the runtime
 * carries those, the name and the message over, and neither the class nor the stack.
 *
 * Between two processes of `wrangler dev`, and to a caller with a compatibility date before 2026-04-21 and without the flag
 * `enhanced_error_serialization`, it carries the message alone. That therefore begins with the code, and has the whole
 * problem as JSON in its last line.
 */
export class EntitlementsError extends Error {
  override readonly name = 'EntitlementsError'
  readonly status: number

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail ?? problem.title}\n${JSON.stringify(problem)}`)
    this.status = problem.status
    Object.assign(this, problem)
    // The runtime logs whatever is thrown, and a refusal is no bug whose place anybody looks for.
    this.stack = String(this)
  }
}
