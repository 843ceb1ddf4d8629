import fc from 'fast-check'
import type { Provider } from '../checkout/signatures/senders.ts'
import { actedBy } from './acted-by.ts'
import { actsAt } from './attacker-acts.ts'
import type { Bought } from './bought.ts'
import { type Purchase, purchasesAt, purchasesInApps, salesAt } from './honest-purchases.ts'
import type { Till } from './tills/till.ts'
import type { Told } from './told.ts'

/** Chosen by chance: what an attacker does at a provider, and when each thing is told, whatever order that makes. */
export function anAttackAt(provider: Provider) {
  const when = fc.nat(999)
  return fc.record({
    acts: actsAt(provider),
    whens: fc.array(when, { minLength: 3, maxLength: 3 }),
    spends: fc.array(fc.record({ when, spends: fc.integer({ min: 1, max: 6 }) }), { maxLength: 2 }),
    areShopsListed: fc.boolean(),
  })
}

export type Attack = ReturnType<typeof anAttackAt> extends fc.Arbitrary<infer T> ? T : never

/** One after another: something is told, or the victim spends some credits. */
export type Step =
  | { readonly when: number; readonly told: Told; readonly gives: Bought | null }
  | { readonly when: number; readonly spends: number }

export interface Played {
  readonly steps: readonly Step[]
  readonly purchases: readonly Purchase[]
  /** All that was bought, by whoever. */
  readonly bought: readonly Bought[]
}

/** What comes of the attack beside what the victim buys. */
export function played(till: Till, { acts, whens, spends }: Attack): Played {
  const purchases = till.provider === 'revenuecat' ? purchasesInApps() : purchasesAt(till)
  const before = purchases.flatMap(({ told }) => told)
  const bought = purchases.map((purchase) => purchase.bought)
  const steps: Step[] = purchases
    .flatMap((purchase) => purchase.told.map((told) => ({ told, purchase })))
    .map(({ told, purchase }, index) => {
      const gives = purchase.isAtOnce ? purchase.bought : null
      return { when: whens[index] ?? 0, told, gives }
    })
  for (const [index, { act, whens: own, isAgain }] of acts.entries()) {
    const acted = actedBy(act, 100 + index, { till, sales: salesAt(till), before })
    for (const [place, told] of acted.told.entries()) {
      const once = own[place % own.length] ?? 0
      for (const moment of isAgain ? [once, 999 - once] : [once]) {
        steps.push({ when: moment, told, gives: null })
      }
    }
    before.push(...acted.told)
    bought.push(...acted.bought)
  }
  return { steps: [...steps, ...spends].toSorted((a, b) => a.when - b.when), purchases, bought }
}
