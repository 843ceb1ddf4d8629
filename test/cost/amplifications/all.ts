import type { Amplification } from '../amplification.ts'
import { OF_ANYBODY } from './of-anybody.ts'
import { OF_CALLERS } from './of-callers.ts'
import { OF_CHECKOUT } from './of-checkout.ts'

const ORDER: readonly Amplification['caller'][] = [
  'anybody',
  'a user’s own token',
  '`access:check`',
  'a buyer, a sender',
  'an operator',
  'the clock',
]

/** All that is counted, by who asks. */
export const AMPLIFICATIONS: readonly Amplification[] = ORDER.flatMap((caller) =>
  [...OF_ANYBODY, ...OF_CALLERS, ...OF_CHECKOUT].filter((one) => one.caller === caller),
)
