import { CREDITS, type FeatureKey, SOLD, type Sold, booleansOf, creditsOf, soldIn } from './catalog.ts'
import {
  type Basket,
  DAY,
  type Happening,
  type Moment,
  type Payment,
  type Period,
  type Standing,
} from './life.ts'

/** What the shop decided. */
export interface Terms {
  readonly amounts: 'on_active' | 'on_payment'
  /** Whether told active is paid, because payments are never told. */
  readonly activeIsPaid: boolean
}

export const GRACE_MS = 7 * DAY

/** What is known of one period, and what was spent of its amount. */
interface Known {
  readonly period: Period
  basket: Basket
  /** What goes by this period, of all that the basket holds. */
  readonly sells: readonly Sold[]
  isPaid: boolean
  overdueAt: Moment | null
  /** Until when the store itself waits, where stores do. */
  storeGraceEndsAt: Moment | undefined
  isRefunded: boolean
  /** What was given back by its own line. */
  readonly taken: Set<Sold>
  openDisputes: number
  spent: number
  /** The most that was given at once. */
  most: number
  /** Whether two things were ever held at once, each with an amount of its own. */
  isOfSeveral: boolean
}

/**
 * What somebody may use after all that happened so far, computed from the life alone: what was paid for, no more and
 * no less. Where the words of the promise leave a choice, the comment beside the line decides.
 */
export class Oracle {
  readonly #terms: Terms
  readonly #periods: Known[] = []
  /** The year of an add-on that is billed by itself: no month beside it takes it along, and none brings it back. */
  #year: Known | null = null
  #isPaused = false
  #isGivenUp = false
  #endedAt: Moment | null = null
  #cancelsAt: Moment | null = null

  constructor(terms: Terms) {
    this.#terms = terms
  }

  live(happening: Happening): void {
    switch (happening.type) {
      case 'bought':
        this.#buy(happening.after)
        return
      case 'moved': {
        const { period, basket, status } = happening.after
        const before = this.#newest()
        const moved = this.#begin(period, basket)
        // Periods that pass while nothing is paid have no grace of their own.
        if (status === 'overdue' && before !== undefined) this.#goOn(before, moved)
        return
      }
      case 'paid': {
        const { period, basket } = happening.after
        const known = this.#newest()?.period.startsAt === period.startsAt ? this.#newest() : undefined
        const paid = known ?? this.#begin(period, basket)
        paid.isPaid = true
        this.#isGivenUp = false
        this.#hold(paid, basket)
        return
      }
      case 'failed': {
        const { period, basket } = happening.after
        const before = this.#newest()
        const known = before?.period.startsAt === period.startsAt ? before : undefined
        const failed = known ?? this.#begin(period, basket)
        if (known === undefined && before !== undefined) this.#goOn(before, failed)
        failed.overdueAt ??= happening.at
        failed.storeGraceEndsAt = happening.storeGraceEndsAt
        return
      }
      case 'gave_up':
        if (happening.how === 'ended') this.#endedAt = happening.at
        // What is given up for unpaid is held: until somebody pays, nothing may be used.
        else this.#isGivenUp = true
        return
      case 'changed':
        // A change that was declined is not paid for: what was paid before it goes on, and no more. One that is made
        // while the period is overdue comes once that is paid.
        if (happening.after.status !== 'overdue') this.#hold(this.#newestOrThrow(), happening.after.basket)
        return
      case 'change_settled':
        this.#hold(this.#newestOrThrow(), happening.after.basket)
        return
      case 'paused':
        this.#isPaused = true
        return
      case 'resumed':
        this.#isPaused = false
        return
      case 'cancel_scheduled':
        this.#cancelsAt = happening.after.cancelsAt
        return
      case 'uncancelled':
        this.#cancelsAt = null
        return
      case 'ended':
        this.#endedAt = happening.at
        return
      case 'change_planned':
      case 'touched':
      case 'extra_paid':
        return
      case 'refunded': {
        const { payment, refundedSoFar } = happening
        // The refund of a part keeps (the policy), and that of a change or of something extra takes nothing.
        if (refundedSoFar < payment.amount) return
        for (const known of this.#paidBy(payment)) known.isRefunded = true
        return
      }
      case 'refund_failed':
        for (const known of this.#paidBy(happening.payment)) known.isRefunded = false
        return
      case 'line_refunded': {
        const { payment, line } = happening
        const [sold] = soldIn(payment.basket)[line] ?? []
        if (sold !== undefined) this.#of(payment.period).taken.add(sold)
        return
      }
      case 'disputed':
        for (const known of this.#paidBy(happening.payment)) known.openDisputes += 1
        return
      case 'dispute_won':
        for (const known of this.#paidBy(happening.payment)) known.openDisputes -= 1
        return
      case 'dispute_lost':
        for (const known of this.#paidBy(happening.payment)) {
          known.openDisputes -= 1
          known.isRefunded = true
        }
    }
  }

  /** Whether a feature that is a yes or a no may be used at a moment, were nothing more to happen until then. */
  may(feature: FeatureKey, at: Moment): boolean {
    return [this.#usableAt(at), this.#yearAt(at)].some(
      (usable) => usable !== null && heldOf(usable).some(([sold]) => booleansOf(sold).includes(feature)),
    )
  }

  /** How much of the amounts may still be spent at a moment. */
  remaining(at: Moment): number {
    return leftOf(this.#poolAt(at)) + leftOf(this.#yearAt(at))
  }

  /**
   * What was used stays used, whichever items give it: what is held now less all that was spent. Where several items
   * were held and a part was spent, it can have been of the amount of one that gives less since: then at most what is
   * held now, and never more in the period than was given at once.
   */
  remainingAtMost(at: Moment): number {
    const pool = this.#poolAt(at)
    if (pool === null || !pool.isOfSeveral || this.#year !== null) return this.remaining(at)
    return Math.max(0, Math.min(givenOf(pool), pool.most - pool.spent))
  }

  spend(amount: number, at: Moment): void {
    const pool = this.#poolAt(at)
    const year = this.#yearAt(at)
    // What lasts for a month goes before what lasts for a year.
    const ofMonth = year === null ? amount : Math.min(amount, leftOf(pool))
    if (pool !== null) pool.spent += ofMonth
    if (year !== null) year.spent += amount - ofMonth
  }

  /** The moments at which time alone changes something, as far as is known. */
  turns(): readonly Moment[] {
    const newest = this.#newest()
    if (newest === undefined) return []
    const { endsAt, startsAt } = newest.period
    const yearEndsAt = this.#year?.period.endsAt ?? endsAt
    const ends = [endsAt, yearEndsAt].flatMap((at) => [at, at + GRACE_MS])
    return [...ends, startsAt + GRACE_MS, this.#graceEndOf(newest)].filter((at) => at !== null)
  }

  /** The newest period, while it may be used. */
  #usableAt(at: Moment): Known | null {
    const newest = this.#newest()
    if (newest === undefined || this.#isStoppedAt(at) || this.#isGivenUp) return null
    // What a dispute of the newest payment holds, it holds until it is closed, also in the grace after that period.
    if (newest.isRefunded || newest.openDisputes > 0) return null
    // While a store waits it goes on with the period before, and what was given back does not come back with that.
    const isGoingOn = newest.storeGraceEndsAt !== undefined && !newest.isPaid
    if (isGoingOn && this.#periods.at(-2)?.isRefunded === true) return null
    return at < this.#endOf(newest) ? newest : null
  }

  /** The year of an add-on, while it may be used: given up for unpaid is the month. */
  #yearAt(at: Moment): Known | null {
    const year = this.#year
    if (year === null || this.#isStoppedAt(at) || year.isRefunded || year.openDisputes > 0) return null
    return at < this.#endOf(year) ? year : null
  }

  /** Whether all of it is paused, or over. */
  #isStoppedAt(at: Moment): boolean {
    return this.#isPaused || (this.#endedAt !== null && at >= this.#endedAt)
  }

  #endOf(newest: Known): Moment {
    const { endsAt } = newest.period
    const graceEnd = this.#graceEndOf(newest)
    if (graceEnd !== null) return graceEnd
    // A period that is paid is never cut off by a change that is declined, and its renewal is still expected.
    return this.#cancelsAt ?? endsAt + GRACE_MS
  }

  /** Until when a period that is overdue may be used, `null` when it is paid or thought to be. */
  #graceEndOf({ isPaid, overdueAt, storeGraceEndsAt }: Known): Moment | null {
    return isPaid || overdueAt === null ? null : (storeGraceEndsAt ?? overdueAt + GRACE_MS)
  }

  /** Of which period's amount is spent. */
  #poolAt(at: Moment): Known | null {
    const newest = this.#usableAt(at)
    if (newest === null) return null
    if (this.#givesAmount(newest)) return newest
    // Overdue, or not paid yet where amounts come with the payment: what was left of the last paid period. What
    // that payment's refund or dispute has taken is not there.
    const before = this.#periods.slice(0, -1).findLast((one) => one.isPaid || one.overdueAt === null)
    return before === undefined || before.isRefunded || before.openDisputes > 0 || !this.#givesAmount(before)
      ? null
      : before
  }

  #givesAmount({ isPaid, overdueAt, period }: Known): boolean {
    if (isPaid) return true
    if (overdueAt !== null) return false
    return this.#terms.activeIsPaid || this.#terms.amounts === 'on_active' || period.kind !== 'charged'
  }

  #buy({ period, year, basket }: Standing): void {
    if (year !== null) this.#year = { ...knownOf(year, basket, ['addon']), isPaid: true }
    this.#begin(period, basket).isPaid = true
  }

  #begin(period: Period, basket: Basket): Known {
    const known = knownOf(period, basket, this.#year === null ? SOLD : ['lite', 'max'])
    this.#periods.push(known)
    return known
  }

  #goOn({ isPaid, overdueAt, basket }: Known, next: Known): void {
    if (isPaid || overdueAt === null) return
    next.overdueAt = overdueAt
    next.basket = basket
  }

  #hold(known: Known, basket: Basket): void {
    known.basket = basket
    known.most = Math.max(known.most, creditsOf(basket))
    known.isOfSeveral ||= basket.addon
  }

  /** What a payment pays for; a change and something extra are no period. */
  #paidBy({ covers, period, year }: Payment): readonly Known[] {
    if (covers !== 'period') return []
    return [this.#of(period), ...(year === null || this.#year === null ? [] : [this.#year])]
  }

  #of({ startsAt }: Period): Known {
    const known = this.#periods.find(({ period }) => period.startsAt === startsAt)
    if (known === undefined) throw new Error('A payment is of no period')
    return known
  }

  #newest(): Known | undefined {
    return this.#periods.at(-1)
  }

  #newestOrThrow(): Known {
    const newest = this.#newest()
    if (newest === undefined) throw new Error('Nothing was bought')
    return newest
  }
}

function knownOf(period: Period, basket: Basket, sells: readonly Sold[]): Known {
  return {
    period,
    basket,
    sells,
    isPaid: false,
    overdueAt: null,
    storeGraceEndsAt: undefined,
    isRefunded: false,
    taken: new Set(),
    openDisputes: 0,
    spent: 0,
    most: creditsOf(basket),
    isOfSeveral: basket.addon,
  }
}

/** What is held of a period and was not given back by its line. */
function heldOf({ basket, sells, taken }: Known): ReturnType<typeof soldIn> {
  return soldIn(basket).filter(([sold]) => sells.includes(sold) && !taken.has(sold))
}

function givenOf(known: Known): number {
  return heldOf(known).reduce((sum, [sold, quantity]) => sum + CREDITS[sold] * quantity, 0)
}

function leftOf(known: Known | null): number {
  return known === null ? 0 : Math.max(0, givenOf(known) - known.spent)
}
