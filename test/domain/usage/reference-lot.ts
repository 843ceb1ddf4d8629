import { type Calendar as Boundaries, periodOf } from './calendar-reference.ts'

export interface Calendar extends Boundaries {
  readonly rolloverMax: number
}

/** Of a lot in one period. `free` below zero is a debt. `forgiven` was spent or held, is not given any more, and is not owed. */
export class Account {
  free: number
  used = 0
  held = 0
  forgiven = 0
  isOver = false
  readonly carried: number

  constructor(amount: number, carried: number) {
    this.free = amount + carried
    this.carried = carried
  }
}

type Terms = Pick<ReferenceLot, 'id' | 'startsAt' | 'endsAt' | 'amount' | 'priority' | 'calendar'>

/** A row of accounts, one for each period. Boundaries happen one after another. */
export class ReferenceLot {
  now: Account
  next = Infinity
  isGone = false
  isRevoked = false
  /** All that was ever given less what was taken back, all that was forgiven and not paid since, and all that was lost. */
  given = 0
  excused = 0
  expired = 0

  readonly id: string
  readonly startedAt: number
  startsAt: number
  endsAt: number
  amount: number
  priority: number
  calendar: Calendar | null

  constructor(terms: Terms, moment: number) {
    this.id = terms.id
    this.startedAt = terms.startsAt
    this.startsAt = terms.startsAt
    this.endsAt = terms.endsAt
    this.amount = terms.amount
    this.priority = terms.priority
    this.calendar = terms.calendar
    this.now = new Account(terms.amount, 0)
    this.given = terms.amount
    this.begin(terms.calendar, Math.min(moment, terms.startsAt))
    this.pass(moment)
  }

  begin(calendar: Calendar | null, moment: number): void {
    this.calendar = calendar
    this.next = calendar === null ? Infinity : periodOf(calendar, moment)[1]
  }

  pass(moment: number): void {
    while (this.calendar !== null && this.next <= moment) {
      const { used, held, carried } = this.now
      const unspent = Math.max(0, this.amount - Math.max(0, used + held - carried))
      this.renew(this.startsAt < this.next ? Math.min(this.calendar.rolloverMax, unspent) : 0)
      this.next = periodOf(this.calendar, this.next)[1]
    }
  }

  renew(carried = 0): void {
    this.now.isOver = true
    this.expired += this.now.free
    this.now = new Account(this.amount, carried)
    if (this.isGone) this.now.free = 0
    this.given += this.now.free
  }

  /** What is not spent after all pays a debt first, then what was forgiven. */
  back(account: Account, amount: number): void {
    if (account.isOver) {
      this.expired += amount
      return
    }
    const paid = Math.min(amount, Math.max(0, -account.free))
    const excused = Math.min(amount - paid, account.forgiven)
    account.forgiven -= excused
    this.excused -= excused
    account.free += amount - excused
  }

  /** The amount becomes another; `null` gives nothing any more. */
  become(amount: number | null, spent: 'floor_at_zero' | 'allow_debt' | 'by_hand'): void {
    const { now } = this
    const before = this.isGone ? 0 : this.amount + now.carried
    const more = (amount === null ? 0 : amount + now.carried) - before
    const free = Math.max(0, now.free)
    let excused = 0
    if (more > 0) excused = -Math.min(more, now.forgiven)
    else if (spent === 'floor_at_zero') excused = Math.max(0, -more - free)
    now.forgiven += excused
    now.free += more + excused
    this.given += more
    this.excused += excused
    this.isGone = amount === null
    this.amount = amount ?? this.amount
  }

  isSpendable(moment: number): boolean {
    return !this.isGone && !this.isRevoked && this.startsAt <= moment && moment < this.endsAt
  }

  isOwing(moment: number): boolean {
    return this.isGone && !this.isRevoked && moment < this.endsAt && this.now.free < 0
  }
}
