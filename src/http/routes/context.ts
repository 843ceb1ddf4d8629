import type { Context } from 'hono'
import type { Caller } from '../../app/caller.ts'
import type { OperationId } from '../../contract/operations/operations.ts'

/** What a request carries from one middleware to the next. */
export interface HttpEnv {
  readonly Bindings: {
    /** Whether this request is one of the sample of checks that are logged. */
    readonly sampled: boolean
  }
  readonly Variables: {
    requestId: string
    caller: Caller
    /** The id of the operation, once a route has taken the request. */
    operation: OperationId
    /** For the log of checks: who was asked for, and where the answers came from. */
    checked: { readonly userId: string | null; readonly sources: readonly string[] }
  }
}

export type HttpContext = Context<HttpEnv>
