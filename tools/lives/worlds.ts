import fc from 'fast-check'
import { ABILITIES, TELLERS, type TellerName } from './abilities.ts'
import { kindOf, kindsOf } from './kinds.ts'
import { type Case, liveThrough } from './live-through.ts'
import { type OrderCase, liveThroughOrder } from './orders/live-through-order.ts'
import { ORDER_KINDS } from './orders/order.ts'
import { orderScript } from './orders/order-script.ts'
import { script } from './script.ts'
import { iso } from './told.ts'
import type { Violation, Ways } from './ways.ts'
import { inWords } from './words.ts'

export const PROVIDERS = [...TELLERS, 'shopify'] as const
export type ProviderName = (typeof PROVIDERS)[number]

/** What came of one life. */
export interface Lived {
  /** What happened, and by which types of events each was told. */
  readonly told: readonly (readonly [kind: string, types: readonly string[]])[]
  readonly words: readonly string[]
  readonly violation: Violation | null
}

/** Lives that one provider tells, as chance writes them. */
export interface World<C> {
  readonly cases: fc.Arbitrary<C>
  readonly live: (one: C, ways: Ways) => Promise<Lived>
  /** All that can happen. */
  readonly possible: readonly string[]
}

/** The same for the same seed. */
export function casesOf(teller: TellerName): fc.Arbitrary<Case> {
  return fc.noBias(
    fc.record({
      teller: fc.constant(teller),
      script,
      amounts: fc.constantFrom('on_active', 'on_active', 'on_payment'),
      seed: fc.nat(),
    }),
  )
}

function ofSubscriptions(teller: TellerName): World<Case> {
  return {
    cases: casesOf(teller),
    possible: kindsOf(ABILITIES[teller]),
    live: async (one, ways) => {
      const { life, bursts, violation } = await liveThrough(one, ways)
      let newest = 0
      const told = bursts.flatMap(({ steps }) =>
        steps.map((step) => {
          const { happening } = step
          if ('after' in happening) newest = happening.after.period.index
          return [kindOf(happening, newest), step.told.map(({ type }) => type)] as const
        }),
      )
      return { told, words: inWords(life), violation }
    },
  }
}

const ofOrders: World<OrderCase> = {
  cases: fc.noBias(fc.record({ script: orderScript, seed: fc.nat() })),
  possible: ORDER_KINDS,
  live: async (one, ways) => {
    const { bursts, violation } = await liveThroughOrder(one, ways)
    const steps = bursts.flatMap((burst) => burst.steps)
    const words = steps.map(({ happening: { at, type, after } }) => {
      const lines = after.lines.map(({ sold, ordered, left }) => `${left} of ${ordered} × ${sold}`).join(', ')
      return `${iso(at).slice(0, 19)}Z  ${type.replace('_', ' ')}: ${lines}, ${after.status}`
    })
    const told = steps.map((step) => [step.happening.type, step.told.map(({ type }) => type)] as const)
    return { told, words, violation }
  },
}

/** Lets a world be used where nobody knows what its cases are. */
type Use = <R>(use: <C>(world: World<C>) => R) => R

export function worldOf(provider: ProviderName): Use {
  return provider === 'shopify' ? (use) => use(ofOrders) : (use) => use(ofSubscriptions(provider))
}
