import type { Entry } from '../../../domain/user/entry.ts'
import { accessAt } from '../../../domain/user/access-of-state.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { FeatureKey } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { LATER_MS, type News } from './news.ts'

/** So many changes within a day are looked through: what changes more often is news. */
const MOMENTS_MAX = 8

/**
 * What readers have to learn of what became of a source. A renewal that comes in time is no news for a day: what was a yes
 * goes on to be one by the copies there are, and those are confirmed anew long before they could be wrong.
 */
export function newsOfSettlement(
  entries: readonly Entry[],
  before: UserState,
  after: UserState,
  at: Instant,
): News {
  if (entries.length === 0) return 'nothing'
  const features = new Set(
    entries.flatMap(({ data }) => {
      if (!('entitlementId' in data)) return []
      const { entitlementId: id } = data
      return (after.entitlements.get(id) ?? before.entitlements.get(id))?.feature ?? []
    }),
  )
  const isSame = [...features].every((feature) => {
    const value = yesForADay(before, feature, at)
    return value !== null && value === yesForADay(after, feature, at)
  })
  return isSame ? 'later' : 'answer'
}

/** What a feature is answered for the next day, where that is one yes: its value as text. `null` for all else. */
function yesForADay(state: UserState, feature: FeatureKey, at: Instant): string | null {
  let found: string | null = null
  let moment = at
  for (let seen = 0; seen < MOMENTS_MAX; seen += 1) {
    const { allowed, value, balance, nextChangeAt } = accessAt(state, feature, moment)
    if (!allowed || balance !== undefined) return null
    const text = JSON.stringify(value ?? null)
    if (found !== null && found !== text) return null
    if (nextChangeAt === null || nextChangeAt > at + LATER_MS) return text
    found = text
    moment = nextChangeAt
  }
  return null
}
