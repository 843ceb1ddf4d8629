import { CREDITS, type FeatureKey, booleansOf } from '../catalog.ts'
import type { Moment } from '../life.ts'
import type { Knowing } from '../ways.ts'
import type { OrderHappening, OrderStanding } from './order.ts'

/** What an order gives after all that happened to it: what was paid for and not given back, for ever. */
export class OrderOracle implements Knowing<OrderHappening> {
  #standing: OrderStanding | null = null
  #openDisputes = 0
  #isLost = false
  /** Of each line, how much of its amount was spent. */
  readonly #spent = new Map<number, number>()

  live(happening: OrderHappening): void {
    // A dispute says nothing of the order, and may be closed long after it has changed.
    if (happening.type === 'disputed') this.#openDisputes += 1
    else if (happening.type === 'dispute_won') this.#openDisputes -= 1
    else if (happening.type === 'dispute_lost') {
      this.#openDisputes -= 1
      this.#isLost = true
    } else this.#standing = happening.after
  }

  may(feature: FeatureKey): boolean {
    return this.#usable().some(({ sold, left }) => left > 0 && booleansOf(sold).includes(feature))
  }

  remaining(): number {
    return this.#usable().reduce(
      (sum, { sold, left }, line) => sum + Math.max(0, CREDITS[sold] * left - (this.#spent.get(line) ?? 0)),
      0,
    )
  }

  remainingAtMost(): number {
    return this.remaining()
  }

  /** All that remains is spent, or nothing. */
  spend(amount: number): void {
    if (amount === 0) return
    for (const [line, { sold, left }] of this.#usable().entries())
      this.#spent.set(line, Math.max(this.#spent.get(line) ?? 0, CREDITS[sold] * left))
  }

  turns(): readonly Moment[] {
    return []
  }

  #usable(): OrderStanding['lines'] {
    const standing = this.#standing
    if (standing === null || this.#isLost || this.#openDisputes > 0) return []
    return standing.status === 'pending' || standing.cancelledAt !== null ? [] : standing.lines
  }
}
