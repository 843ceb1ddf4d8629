/** A moment by both clocks of a runtime, in milliseconds: the wall may be set, the steady one may stand still. */
export interface Moment {
  readonly wall: number
  readonly steady: number
}

export type Clock = () => Moment

export const CLOCK: Clock = () => ({ wall: Date.now(), steady: performance.now() })

/** How long ago a moment was: the larger of what both clocks say, so that neither has to be trusted alone. */
export function msSince(moment: Moment, now: Moment): number {
  return Math.max(now.wall - moment.wall, now.steady - moment.steady)
}
