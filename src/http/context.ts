import type { Context } from 'hono'
import type { Caller } from './caller.ts'

/** What a request carries from one middleware to the next. */
export interface HttpEnv {
  readonly Variables: {
    requestId: string
    caller: Caller
    /** The id of the operation, once a route has taken the request. */
    operation: string
    /** For the log of checks: who was asked for and where the answer came from. */
    checked: { readonly userId: string; readonly source: string }
  }
}

export type HttpContext = Context<HttpEnv>
