import type { Delivery } from '../../test/checkout/scenario.ts'
import type { Happening, Life, Moment } from './life.ts'

/** One event as it is sent. */
export interface Told {
  readonly at: Moment
  /** As the provider calls it. */
  readonly type: string
  readonly delivery: Delivery
}

/** Tells one life, one happening after another. */
export type Teller = (happening: Happening) => readonly Told[]

/** A teller of one provider: all lives are of the user `ada`. */
export type TellerOf = (life: Life) => Teller

export const USER = 'ada'

/** ISO 8601, as most providers write moments. */
export function iso(at: Moment): string {
  return new Date(at).toISOString()
}
