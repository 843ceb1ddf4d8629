import type { Fact } from '../../domain/purchases/register/fact.ts'

/** How deep a body may be nested: what is deeper could be read, but not written again. */
const DEPTH_MAX = 200

/** The last moment that ISO 8601 writes with four digits for the year; grace may be added to it. */
const LAST_MOMENT = Date.UTC(9990, 0)

const MOMENTS = new Set(['startsAt', 'endsAt', 'boughtAt', 'paidUntil', 'paidAt'])

/** Whether a moment can be written down: from 1970 on, in whole milliseconds, and not at the end of all time. */
export function isMoment(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= LAST_MOMENT
}

/** Whether all moments that facts name can be written down. */
export function areMoments(facts: readonly Fact[]): boolean {
  let all = true
  JSON.stringify(facts, (key, value: unknown) => {
    if (MOMENTS.has(key) && typeof value === 'number' && !isMoment(value)) all = false
    return value
  })
  return all
}

/** Whether all texts of facts can be written down: half of a surrogate pair has no UTF-8. */
export function areTexts(facts: readonly Fact[]): boolean {
  let all = true
  JSON.stringify(facts, (_key, value: unknown) => {
    if (typeof value === 'string' && !value.isWellFormed()) all = false
    return value
  })
  return all
}

/** Whether JSON is nested no deeper than anybody has a reason to. Does not recurse itself. */
export function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth <= DEPTH_MAX; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return true
  }
  return false
}
