import type { Caller } from '../../app/caller.ts'
import type { CallKind, RateLimits } from './rate-limits.ts'

/** Counts what a caller asks. Throws `rate_limited`. */
export type Limit = (kind: CallKind, caller: Caller) => Promise<void>

/** What counts requests, evaluated with the first one; `undefined` where no limit is bound. */
export function limitOf(
  bound: Readonly<Record<CallKind, RateLimit | undefined>>,
  { periodSeconds, now }: { readonly periodSeconds: number; readonly now: () => number },
): Limit | undefined {
  if (bound.reads === undefined && bound.writes === undefined) return undefined
  let limits: RateLimits | null = null
  return async (kind, caller) => {
    const { RateLimits } = await import('./rate-limits.ts')
    limits ??= new RateLimits(bound, periodSeconds)
    await limits.count(kind, caller, now())
  }
}
