import type { Catalog } from '../../catalog/catalog.ts'
import type { FeatureKey } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'
import { type Json, isSameJson } from '../../values/json.ts'
import { accessBy } from '../access-by-catalog.ts'
import type { Snapshot } from '../snapshot.ts'

/**
 * A time in which a user may use a feature, in whole seconds since the epoch: from `f` on, and before `u`. Without `f` it has begun
 * when the passport is made, without `u` it goes on for as long as that is good. `v` is the value, of a config feature alone.
 */
export interface Interval {
  readonly v?: Json
  readonly f?: number
  readonly u?: number
}

/** In whole seconds, exclusive where it ends. */
interface Span {
  readonly from: number
  readonly until: number
  /** Until when a value may be told, at most `until`. */
  readonly valuesUntil: number
}

/** A time in which the answer is one and the same yes. */
interface Stretch {
  readonly from: Instant
  readonly until: Instant
  readonly value: Json | undefined
}

const SECOND_MS = 1000

/**
 * Returns when within a span a check of a feature says yes, by time alone, with which value: intervals in their order, of which no
 * two overlap. They are rounded inward, so that none is longer than the right is. None of a metered feature: that is for the ledger
 * to say.
 */
export function intervalsOf(
  snapshot: Snapshot,
  catalog: Catalog,
  feature: FeatureKey,
  { from, until, valuesUntil }: Span,
): readonly Interval[] {
  const stretches: Stretch[] = []
  const end = until * SECOND_MS
  let at = from * SECOND_MS
  while (at < end) {
    const { allowed, value, maxAmount, nextChangeAt } = accessBy(snapshot, catalog, feature, at)
    if (maxAmount !== undefined) return []
    const next = Math.min(nextChangeAt ?? end, end)
    if (allowed) append(stretches, { from: at, until: next, value })
    at = next
  }
  return stretches.flatMap((stretch): readonly Interval[] => {
    const { value: v } = stretch
    const f = Math.ceil(stretch.from / SECOND_MS)
    const u = Math.min(Math.floor(stretch.until / SECOND_MS), v === undefined ? until : valuesUntil)
    if (f >= u) return []
    return [{ ...(v === undefined ? {} : { v }), ...(f > from ? { f } : {}), ...(u < until ? { u } : {}) }]
  })
}

/** What goes on as it was is one stretch. */
function append(stretches: Stretch[], stretch: Stretch): void {
  const last = stretches.at(-1)
  if (last?.until === stretch.from && isSameJson(last.value, stretch.value)) {
    stretches[stretches.length - 1] = { ...last, until: stretch.until }
    return
  }
  stretches.push(stretch)
}
