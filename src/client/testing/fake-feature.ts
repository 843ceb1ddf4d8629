import type { GrantAsked } from '../wire.ts'

/** A feature as it is known by what is given of it: a fake has no catalog. */
export interface FakeFeature {
  readonly key: string
  readonly type: 'boolean' | 'config' | 'metered'
  /** Taken until it is let go of, by somebody who is named. */
  readonly isHeld: boolean
}

/** What a feature is of which this is given. */
export function featureFrom(
  key: string,
  given: readonly Partial<Pick<GrantAsked, 'value' | 'amount'>>[],
  isHeld: boolean,
): FakeFeature {
  const isMetered = isHeld || given.some(({ amount }) => amount !== undefined)
  const isConfig = given.some(({ value }) => value !== undefined)
  return { key, type: isMetered ? 'metered' : isConfig ? 'config' : 'boolean', isHeld }
}
