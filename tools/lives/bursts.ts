import { MINUTE, type Moment } from './life.ts'
import type { Told } from './told.ts'

/** Something that happened, and how it was told. */
export interface Step<H> {
  readonly happening: H
  readonly told: readonly Told[]
  /** When all of it was told. */
  readonly endsAt: Moment
}

/** What was told within the same minutes: it can arrive in any order. */
export interface Burst<H> {
  readonly steps: readonly Step<H>[]
  readonly endsAt: Moment
}

const APART_MS = 5 * MINUTE

export function burstsOf<H extends { readonly at: Moment }>(
  happenings: readonly H[],
  tell: (happening: H) => readonly Told[],
): readonly Burst<H>[] {
  const bursts: { steps: Step<H>[]; endsAt: Moment }[] = []
  for (const happening of happenings) {
    const told = tell(happening)
    const endsAt = Math.max(happening.at, ...told.map(({ at }) => at))
    const step = { happening, told, endsAt }
    const last = bursts.at(-1)
    if (last === undefined || happening.at - last.endsAt > APART_MS) bursts.push({ steps: [step], endsAt })
    else {
      last.steps.push(step)
      last.endsAt = Math.max(last.endsAt, endsAt)
    }
  }
  return bursts
}
