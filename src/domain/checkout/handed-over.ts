import type { Moved, SourceKey } from '../command.ts'
import type { Instant } from '../instant.ts'
import { type Usage, balanceOf, usageAt } from '../usage/lot.ts'
import { goneOf, lotIn, usedOf } from '../usage/user-lots.ts'
import { type UserState, sourceId } from '../user-state.ts'

/**
 * What one user's ledger leaves to another of a source, at the moment at which it forgets it: what is known, what was used
 * of what it gives, and what is held of that. `null` when nothing is known.
 */
export function handedOver(state: UserState, source: SourceKey, now: Instant): Moved | null {
  const known = state.sources.get(sourceId(source))
  if (known === undefined) return null
  const own = [...state.entitlements.values()].filter((one) => sourceId(one.source) === sourceId(source))
  const live = own.filter(({ withdrawn }) => !withdrawn)
  const charged = new Set<string>()
  const spent = live.flatMap((entitlement): (readonly [string, Usage])[] => {
    const lot = lotIn(state, entitlement)
    if (lot === null) return []
    const usage = usageAt(lot, now)
    // What is gone is not known there: the first that is given in its place bears all that was used of it.
    const gone = goneOf(state, own, entitlement).filter(({ id }) => !charged.has(id))
    for (const { id } of gone) charged.add(id)
    const used = gone.reduce((sum, one) => sum + usedOf(one, lot, now), usage.used)
    const balance = balanceOf({ ...lot, usage: { ...usage, used, forgiven: 0 } }, now)
    const isUntouched = used === 0 && usage.forgiven === 0 && usage.others.length === 0
    const forgiven = Math.max(usage.forgiven, used > usage.used ? -balance.remaining : 0)
    return isUntouched && lot.usage === null ? [] : [[entitlement.id, { ...usage, used, forgiven }]]
  })
  const ids = new Set(live.map(({ id }) => id))
  const holds = [...state.reservations.values()].flatMap(({ feature, takes, endsAt }) => {
    const theirs = takes.filter(({ entitlementId }) => ids.has(entitlementId))
    return theirs.length === 0 || endsAt <= now ? [] : [{ feature, takes: theirs, endsAt }]
  })
  return { register: known.register, spent, holds }
}
