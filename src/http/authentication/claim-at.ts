import type { JWTPayload } from 'jose'

/** The claim of a name, or at a place within others: `/o/id` is the `id` of `o` (RFC 6901, without escapes). Nothing is inherited. */
export function claimAt(payload: JWTPayload, claim: string): unknown {
  const path = claim.startsWith('/') ? claim.slice(1).split('/') : [claim]
  let found: unknown = payload
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = Reflect.get(found, name)
  }
  return found
}
