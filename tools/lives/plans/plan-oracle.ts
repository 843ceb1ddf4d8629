import { CREDITS, type FeatureKey, SOLD, type Sold, booleansOf, productOf } from '../catalog.ts'
import type { Moment } from '../life.ts'
import type { PlanAct } from './with-plan.ts'

/** What the plan is. */
interface Given {
  readonly sold: Sold
  readonly quantity: number
  readonly startsAt: Moment
  readonly endsAt: Moment | null
}

/** What a plan by hand gives after all that was asked of it: what its product gives now, less all that was ever spent of it. */
export class PlanOracle {
  #given: Given | null = null
  #spent = 0

  live({ at, command }: PlanAct): void {
    if (command.type === 'end_plan') {
      if (this.#given === null) throw new Error('Nothing was given')
      this.#given = { ...this.#given, endsAt: Math.min(this.#given.endsAt ?? at, at) }
      return
    }
    const { product, quantity, endsAt } = command
    const sold = SOLD.find((one) => productOf(one).id === product)
    if (sold === undefined) throw new Error(`Nobody sells ${product}`)
    this.#given = { sold, quantity, endsAt, startsAt: this.#given?.startsAt ?? at }
  }

  may(feature: FeatureKey, at: Moment): boolean {
    const given = this.#at(at)
    return given !== null && booleansOf(given.sold).includes(feature)
  }

  remaining(at: Moment): number {
    const given = this.#at(at)
    return given === null ? 0 : Math.max(0, CREDITS[given.sold] * given.quantity - this.#spent)
  }

  spend(amount: number): void {
    this.#spent += amount
  }

  turns(): readonly Moment[] {
    const endsAt = this.#given?.endsAt ?? null
    return endsAt === null ? [] : [endsAt]
  }

  #at(at: Moment): Given | null {
    const given = this.#given
    if (given === null || at < given.startsAt) return null
    return given.endsAt !== null && given.endsAt <= at ? null : given
  }
}
