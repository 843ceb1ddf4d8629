import { ABILITIES, type TellerName } from './abilities.ts'
import { ALedger } from './a-ledger.ts'
import { type Burst, burstsOf } from './bursts.ts'
import { SOLD, productOf } from './catalog.ts'
import type { Happening, Life } from './life.ts'
import { lived } from './lived.ts'
import { GRACE_MS, Oracle } from './oracle.ts'
import { withPlan } from './plans/with-plan.ts'
import type { Script } from './script.ts'
import { TELLINGS } from './tellers.ts'
import { type Violation, type Ways, inWays } from './ways.ts'

/** A life, who tells it, and in which order it arrives. */
export interface Case {
  readonly teller: TellerName
  readonly script: Script
  readonly amounts: 'on_active' | 'on_payment'
  readonly seed: number
}

export interface Lived {
  readonly life: Life
  readonly bursts: readonly Burst<Happening>[]
  readonly violation: Violation | null
}

/** Tells a life in several ways, and says the first promise that was broken. */
export async function liveThrough({ teller, script, amounts, seed }: Case, ways: Ways): Promise<Lived> {
  const able = ABILITIES[teller]
  const { tellerOf, provider, referencesOf } = TELLINGS[teller]
  const life = lived(script, able)
  const bursts = burstsOf(life.happenings, tellerOf(life))
  const policy = { graceMs: GRACE_MS, partialRefund: 'keep', spentRefund: 'floor_at_zero', amounts } as const
  const products = SOLD.flatMap((sold) => referencesOf(sold).map((one) => [one, productOf(sold)] as const))
  const violation = await inWays(
    withPlan({
      bursts,
      seed,
      // A year that begins with a month has its name: of which of them a part was spent is not told apart for ever.
      isOnePool: life.happenings.every((one) => !('after' in one) || one.after.year === null),
      listening: () => new ALedger({ name: teller, provider, products, policy }),
      knowing: () => new Oracle({ amounts, activeIsPaid: !able.tellsPayments }),
    }),
    ways,
  )
  return { life, bursts, violation }
}
