import * as z from 'zod'
import type { Caller } from '../app/caller.ts'
import { ProblemError } from '../app/problems/problem-error.ts'
import { text } from '../contract/schemas/primitives.ts'
import type { Scope } from '../contract/scopes.ts'

const bindingProps = z.strictObject({
  scopes: z.array(z.string()),
  caller: text(128).optional(),
})

/** The `props` of a service binding: written by whoever deploys the caller, and out of reach of its code. */
export interface BindingProps {
  /** What the caller may do, as in the claim `scope` of a token. */
  readonly scopes: readonly string[]
  /** Who it is in the history of what it changes; `rpc` when left out. */
  readonly caller?: string
}

/** Who calls through a binding. */
interface Binding {
  readonly caller: Caller
  /** Throws `forbidden` unless the binding has the scope. */
  readonly need: (scope: Scope) => void
}

/** Reads the `props` of a binding. Throws `forbidden` for any that are not as described: a slip opens no door. */
export function bindingOf(props: unknown): Binding {
  const parsed = bindingProps.safeParse(props)
  if (!parsed.success) {
    throw new ProblemError('forbidden', { detail: 'The props of the binding are not { scopes: [...] }' })
  }
  const { scopes, caller = 'rpc' } = parsed.data
  return {
    caller: { issuer: '', subject: caller, scopes: new Set(scopes), users: [], usersPrefix: '' },
    need: (scope) => {
      if (scopes.includes(scope)) return
      throw new ProblemError('forbidden', { detail: `The binding lacks the scope "${scope}"`, scope })
    },
  }
}
