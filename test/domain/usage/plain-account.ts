export type Every = 'hour' | 'day' | 'week' | 'month' | 'year'

/** What the catalog says that everybody has by one product. */
export interface Offer {
  readonly product: string
  readonly amount: number
  /** `null`: once, for ever. */
  readonly every: Every | null
  readonly rolloverMax: number
  readonly priority: number
  /** 100, or 0: nobody has it then. */
  readonly percent: number
}

export interface PlainHold {
  readonly endsAt: number
  readonly period: string
  readonly part: { readonly amount: number }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The name of the period of a moment: a part of the date and time, or the date of its Monday. */
function periodName(every: Every | null, moment: number): string {
  const date = new Date(moment).toISOString().slice(0, 10)
  switch (every) {
    case null:
      return 'once'
    case 'hour':
      return new Date(moment).toISOString().slice(0, 13)
    case 'day':
      return date
    case 'week': {
      let day = Math.floor(moment / DAY) * DAY
      while (new Date(day).getUTCDay() !== 1) day -= DAY
      return new Date(day).toISOString().slice(0, 10)
    }
    case 'month':
      return date.slice(0, 7)
    case 'year':
      return date.slice(0, 4)
  }
}

/** When the period of a moment is over, found by walking over the hours or days. */
export function periodEnd(every: Every | null, moment: number): number {
  if (every === null) return Infinity
  const name = periodName(every, moment)
  const step = every === 'hour' ? HOUR : DAY
  let end = Math.floor(moment / step) * step
  while (periodName(every, end) === name) end += step
  return end
}

/**
 * What one user has used of what everybody has by one product, in words of a shop that writes it into a book: what the catalog
 * said at a use holds for the rest of that period, more counts at once, and a new page begins with each period.
 */
export class PlainAccount {
  readonly every: Every | null
  page = ''
  pageEnd = 0
  /** What the catalog said at a use on this page; `null` before the first. */
  given: number | null = null
  used = 0
  carried = 0
  /** Whether what is carried is of a page on which something was taken. */
  #isOfUse = false
  holds: PlainHold[] = []
  /** Of the last use: what there was, and how much of it may go over. */
  #last: { readonly amount: number; readonly rolloverMax: number } | null = null
  records = 0

  constructor(every: Every | null, moment: number) {
    this.every = every
    this.#turn(moment)
  }

  pass(moment: number): void {
    while (this.pageEnd <= moment) {
      const { pageEnd, given, carried } = this
      const held = this.held(pageEnd)
      const last = this.#last
      const spent = given === null ? 0 : Math.max(0, this.used + held - carried)
      const over = last === null ? 0 : Math.max(0, Math.min(last.rolloverMax, last.amount - spent))
      this.#turn(pageEnd)
      this.carried = over
      this.#isOfUse = given !== null
    }
  }

  free(offer: Offer, moment: number): number {
    const { amount } = offer
    const all =
      this.given === null ? amount + this.#goesOver(offer) : Math.max(this.given, amount) + this.carried
    return all - this.used - this.held(moment)
  }

  /** That something is taken: what the catalog says is written into the book, unless it is there. */
  note(offer: Offer): void {
    const { amount, rolloverMax } = offer
    if (this.given !== null && this.given >= amount) return
    if (this.given === null) this.carried = this.#goesOver(offer)
    this.given = amount
    this.#last = { amount, rolloverMax }
    this.records += 1
  }

  /** At most what the catalog lets go over; of a page on which nothing was taken no more than it gives. */
  #goesOver({ amount, rolloverMax }: Offer): number {
    return Math.min(this.carried, rolloverMax, this.#isOfUse ? Infinity : amount)
  }

  held(moment: number): number {
    const open = this.holds.filter(({ endsAt, period }) => moment < endsAt && period === this.page)
    return open.reduce((sum, { part }) => sum + part.amount, 0)
  }

  #turn(moment: number): void {
    this.page = periodName(this.every, moment)
    this.pageEnd = periodEnd(this.every, moment)
    this.given = null
    this.used = 0
    this.carried = 0
  }
}
