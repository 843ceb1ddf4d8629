import { type Abilities, INVOICE_OVERDUE_MS, INVOICE_PAID_MS, STORE_GRACE_MS } from './abilities.ts'
import { boundary } from './calendar.ts'
import { priceOf } from './catalog.ts'
import {
  type Basket,
  DAY,
  HOUR,
  type Happening,
  type Interval,
  type Life,
  MINUTE,
  type Moment,
  type OfMoney,
  type Payment,
  type Period,
  SECOND,
  type Standing,
} from './life.ts'
import type { Act, Chapter, Script, Which } from './script.ts'

/** What happens in a life that chance has written, told by a provider that is able to say so much. */
export function lived(script: Script, abilities: Abilities): Life {
  // A week is too short for an invoice.
  const isByInvoice = script.isByInvoice && abilities.byInvoice && script.interval !== 'week'
  const able = isByInvoice
    ? { ...abilities, draftMs: INVOICE_PAID_MS, failMs: INVOICE_OVERDUE_MS }
    : abilities
  const living = new Living(script, able)
  const [first, ...others] = script.chapters
  living.begin()
  if (first !== undefined) living.spendTime(first.acts)
  for (const chapter of others) {
    if (living.isOver) break
    living.renew(chapter)
    living.spendTime(chapter.acts)
  }
  if (!living.isOver) living.endIfCancelled()
  const happenings = living.happenings.toSorted((a, b) => a.at - b.at)
  const { interval, replacesItems, isOrderFirst } = script
  return { interval, happenings, replacesItems, isOrderFirst, isByInvoice }
}

interface HowPaid {
  readonly isRecovery?: boolean
  readonly wasGivenUp?: boolean
  readonly isConversion?: boolean
  readonly isUpgrade?: boolean
  /** What was billed, where it was changed since. */
  readonly billed?: Basket
}

class Living {
  readonly happenings: Happening[] = []
  isOver = false
  readonly #script: Script
  readonly #able: Abilities
  readonly #payments: Payment[] = []
  /** Payments that were given back or disputed: nothing more happens to them. */
  readonly #touched = new Set<string>()
  #interval: Interval
  #standing: Standing
  /** From which periods are counted, and how many were. */
  #anchor: Moment
  #count = 0
  #index = -1
  #changes = 0
  #extras = 0
  #refunds = 0
  /** The indexes of the periods of which the line of one thing was given back. */
  readonly #lineRefundedIn = new Set<number>()
  #plannedPlan: Basket['plan'] | null = null
  /** When the newest period was paid, or all that is to be known of it was known. */
  #settledAt: Moment

  constructor(script: Script, able: Abilities) {
    this.#script = script
    this.#able = able
    const { interval, startDay, startSecond, trialDays, plan } = script
    this.#interval = interval
    const startedAt = Date.UTC(2027, 0, 1) + startDay * DAY + startSecond * SECOND
    const isTrial = trialDays > 0
    this.#anchor = startedAt + trialDays * DAY
    // What is tried or free for a time has no year yet, which begins later then.
    const { isAddonYearly, freePeriods } = script
    const hasYear = able.yearlyAddon && isAddonYearly && interval === 'month' && !isTrial && freePeriods === 0
    const year: Period | null = hasYear
      ? { index: 0, startsAt: startedAt, endsAt: boundary(startedAt, 'year', 1), kind: 'charged' }
      : null
    const period: Period = isTrial
      ? { index: 0, startsAt: startedAt, endsAt: this.#anchor, kind: 'trial' }
      : this.#nextPeriod()
    this.#index = 0
    this.#settledAt = startedAt
    this.#standing = {
      status: isTrial ? 'trialing' : 'active',
      startedAt,
      trialEndsAt: isTrial ? this.#anchor : null,
      period,
      year,
      basket: {
        plan,
        quantity: able.quantity ? script.quantity : 1,
        addon: hasYear || (able.addon && script.addon),
        serial: 0,
      },
      latest: 'p0',
      cancelsAt: null,
      endedAt: null,
      overdueAt: null,
      triesAt: null,
    }
  }

  begin(): void {
    const { startedAt: at, period } = this.#standing
    const payment = period.kind === 'trial' ? null : this.#pay('period', at)
    this.#add({ type: 'bought', at, payment, after: this.#standing })
  }

  renew(chapter: Chapter): void {
    if (this.endIfCancelled()) return
    const { period: before, year } = this.#standing
    // How a year goes on beside its months is told no more.
    if (year !== null && before.endsAt + 90 * DAY > year.endsAt) {
      this.isOver = true
      return
    }
    const period = this.#nextPeriod()
    const at = period.startsAt
    const isConversion = before.kind === 'trial'
    // Nothing can fail that costs nothing.
    const renewal = period.kind === 'free' ? 'paid' : chapter.renewal
    const { draftMs } = this.#able
    if (renewal === 'paid') {
      this.#changeAsPlanned()
      this.#stand({ status: 'active', period, latest: `p${period.index}` })
      // What costs nothing is paid as soon as it is there.
      const paidAt = at + (draftMs === null || period.kind === 'free' ? SECOND : draftMs)
      if (draftMs !== null) this.#add({ type: 'moved', at, after: this.#standing })
      this.#paid(draftMs === null ? at : paidAt, { isConversion })
    } else this.#fail(chapter, renewal, period, isConversion)
  }

  endIfCancelled(): boolean {
    const { cancelsAt } = this.#standing
    if (cancelsAt === null) return false
    this.#stand({ status: 'ended', endedAt: cancelsAt })
    this.#add({ type: 'ended', at: cancelsAt, why: 'at_end', after: this.#standing })
    this.isOver = true
    this.#settledAt = cancelsAt
    return true
  }

  /** Lets things happen within the newest period, one after another; after the end, what happens to money alone. */
  spendTime(acts: readonly Act[]): void {
    const from = this.#settledAt + HOUR
    const { endedAt, period } = this.#standing
    const room = (endedAt === null ? period.endsAt - 2 * HOUR : from + 20 * DAY) - from
    if (room < 12 * HOUR) return
    acts.forEach((act, index) => {
      const moment = (part: number) =>
        Math.floor((from + (room * (index + part)) / acts.length) / SECOND) * SECOND
      this.#act(act, moment)
    })
  }

  #fail(
    { failures, delay, storeWaits, givesUp, passes, isPaidAfterAll, lateChange }: Chapter,
    renewal: 'recovers' | 'never' | 'cancelled',
    period: Period,
    isConversion: boolean,
  ): void {
    const { draftMs, failMs, storeGrace, cancelAtOnce } = this.#able
    // What is changed from now on is not of this bill.
    const { basket: billed } = this.#standing
    if (draftMs !== null) {
      this.#stand({ status: 'active', period, latest: `p${period.index}` })
      this.#add({ type: 'moved', at: period.startsAt, after: this.#standing })
    }
    const failedAt = period.startsAt + failMs
    const graceMs = storeWaits ? STORE_GRACE_MS[this.#interval] : 0
    const storeGraceEndsAt = storeGrace ? period.startsAt + graceMs : undefined
    const room = Math.min(21 * DAY, period.endsAt - failedAt - 2 * DAY) - 2 * HOUR
    const span = storeGrace && storeWaits ? Math.min(room, graceMs - 2 * HOUR) : room
    const settledAt = failedAt + HOUR + Math.floor((span * delay) / 100 / SECOND) * SECOND
    const tries = storeGrace ? 1 : failures
    const every = Math.floor((settledAt - failedAt) / tries / SECOND) * SECOND
    for (let n = 0; n < tries; n += 1) {
      const at = failedAt + n * every
      this.#stand({
        status: 'overdue',
        period,
        latest: `p${period.index}`,
        overdueAt: failedAt,
        triesAt: at + every,
      })
      this.#add({ type: 'failed', at, isFirst: n === 0, storeGraceEndsAt, after: this.#standing })
      if (n === 0 && lateChange !== null)
        this.#changeWhileLate(lateChange, failedAt + Math.floor(every / 2 / SECOND) * SECOND)
    }
    this.#settledAt = settledAt
    if (renewal === 'recovers' && passes && this.#able.goesOnOverdue) return this.#passOverdue(failedAt)
    if (renewal === 'recovers') {
      // A store that has stopped waiting sells a period anew.
      const isNew = storeGrace && !storeWaits
      if (isNew) {
        this.#anchor = settledAt
        this.#count = 0
        this.#index -= 1
      }
      this.#changeAsPlanned()
      this.#stand({
        status: 'active',
        overdueAt: null,
        triesAt: null,
        period: isNew ? this.#nextPeriod() : period,
      })
      this.#paid(settledAt, { isRecovery: true, isConversion, billed })
      return
    }
    this.isOver = true
    if (renewal === 'cancelled' && cancelAtOnce) {
      this.#stand({ status: 'ended', endedAt: settledAt })
      this.#add({ type: 'ended', at: settledAt, why: 'at_once', after: this.#standing })
      return
    }
    // A store that does not wait has ended it with the failure.
    if (storeGraceEndsAt === period.startsAt) return
    const how = this.#able.givesUp.includes(givesUp) ? givesUp : 'ended'
    const at = storeGraceEndsAt ?? settledAt
    this.#stand(how === 'ended' ? { status: 'ended', endedAt: at } : { status: 'unpaid' })
    this.#add({ type: 'gave_up', at, how, after: this.#standing })
    if (how === 'ended' || !isPaidAfterAll) return
    this.isOver = false
    this.#stand({ status: 'active', overdueAt: null, triesAt: null })
    this.#paid(at + DAY, { isRecovery: true, wasGivenUp: true, isConversion, billed })
  }

  /** The next period begins and is not paid either; what is paid at last is that one. */
  #passOverdue(overdueAt: Moment): void {
    const { draftMs, failMs } = this.#able
    const period = this.#nextPeriod()
    this.#stand({ period, latest: `p${period.index}` })
    if (draftMs !== null) this.#add({ type: 'moved', at: period.startsAt, after: this.#standing })
    const at = period.startsAt + failMs
    const paidAt = at + 26 * HOUR
    this.#stand({ overdueAt, triesAt: paidAt })
    const failed = { isFirst: true, storeGraceEndsAt: undefined }
    this.#add({ type: 'failed', at, ...failed, after: this.#standing })
    this.#stand({ status: 'active', overdueAt: null, triesAt: null })
    this.#paid(paidAt, { isRecovery: true })
  }

  /** Nothing is billed for it before the next period. */
  #changeWhileLate(what: 'plan' | 'quantity' | 'addon', at: Moment): void {
    const { plan, quantity, addon } = this.#able
    const { basket: before, year } = this.#standing
    const isAble = { plan: plan === 'within', quantity, addon: addon && year === null }
    if (!isAble[what]) return
    const basket = changed(before, what)
    // The bill is for what was there before, and pays for that until the change is told as going on.
    if (priceOf(basket) <= priceOf(before)) return
    this.#stand({ basket })
    this.#add({ type: 'changed', at, before, how: 'on_account', payment: null, after: this.#standing })
  }

  #act(act: Act, moment: (part: number) => Moment): void {
    const at = moment(0)
    if (act.type === 'refund') return this.#refund(act, moment)
    if (act.type === 'dispute') return this.#dispute(act, at)
    if (this.isOver) return
    const { cancelsAt, period } = this.#standing
    switch (act.type) {
      case 'plan':
      case 'quantity':
      case 'addon':
        return cancelsAt === null ? this.#change(act, moment) : undefined
      case 'pause': {
        if (!this.#able.pause || cancelsAt !== null || period.kind === 'trial') return
        const { status } = this.#standing
        this.#stand({ status: 'paused' })
        this.#add({ type: 'paused', at, after: this.#standing })
        if (!act.isResumed) {
          this.isOver = true
          return
        }
        this.#stand({ status })
        this.#add({ type: 'resumed', at: moment(0.5), after: this.#standing })
        return
      }
      case 'cancel':
        if (cancelsAt !== null) return
        this.#stand({ cancelsAt: period.endsAt })
        this.#add({ type: 'cancel_scheduled', at, after: this.#standing })
        if (!act.isUndone) return
        this.#stand({ cancelsAt: null })
        this.#add({ type: 'uncancelled', at: moment(0.5), after: this.#standing })
        return
      case 'end':
        if (!this.#able.cancelAtOnce) return
        this.#stand({ status: 'ended', endedAt: at })
        this.#add({ type: 'ended', at, why: 'at_once', after: this.#standing })
        this.isOver = true
        return
      case 'year':
        return cancelsAt === null ? this.#changeToYear(at) : undefined
      case 'touch':
        if (this.#able.touch) this.#add({ type: 'touched', at, after: this.#standing })
        return
      case 'extra': {
        if (!this.#able.extra) return
        this.#extras += 1
        this.#stand({ latest: `x${this.#extras}` })
        this.#add({ type: 'extra_paid', at, payment: this.#pay('extra', at), after: this.#standing })
      }
    }
  }

  #change(act: Extract<Act, { settled: unknown }>, moment: (part: number) => Moment): void {
    const at = moment(0)
    const { basket: before, period, year } = this.#standing
    // Of what was paid for each thing it is not told how much was spent.
    if (this.#lineRefundedIn.has(period.index)) return
    const basket = changed(before, act.type)
    const isAddonAble = this.#able.addon && year === null
    if ((act.type === 'quantity' && !this.#able.quantity) || (act.type === 'addon' && !isAddonAble)) return
    const isMore = priceOf(basket) > priceOf(before)
    if (this.#able.plan === 'new_period') {
      if (period.kind === 'trial') return
      if (!isMore) {
        this.#plannedPlan = basket.plan
        this.#add({ type: 'change_planned', at, plan: basket.plan, after: this.#standing })
        return
      }
      this.#plannedPlan = null
      this.#stand({ basket })
      this.#beginAnew(at)
      return
    }
    // Less is never paid for, and nothing is while nothing is paid.
    const isBilled = isMore && period.kind === 'charged' && !this.#touched.has(`p${period.index}`)
    const how = isBilled && this.#able.changes.includes(act.how) ? act.how : 'on_account'
    if (how === 'on_account') {
      this.#stand({ basket })
      this.#add({ type: 'changed', at, before, how, payment: null, after: this.#standing })
      return
    }
    this.#changes += 1
    const latest = `c${this.#changes}`
    if (how === 'paid') {
      this.#stand({ basket, latest })
      this.#add({ type: 'changed', at, before, how, payment: this.#pay('change', at), after: this.#standing })
      return
    }
    const settledAt = moment(0.5)
    this.#stand({ basket, latest, status: 'overdue', overdueAt: at, triesAt: settledAt })
    this.#add({ type: 'changed', at, before, how, payment: null, after: this.#standing })
    if (act.settled === 'never') {
      this.isOver = true
      return
    }
    const isPaid = act.settled === 'paid'
    this.#stand({ status: 'active', overdueAt: null, triesAt: null, basket: isPaid ? basket : before })
    const payment = isPaid ? this.#pay('change', settledAt) : null
    this.#add({ type: 'change_settled', at: settledAt, how: act.settled, payment, after: this.#standing })
  }

  /** Of what is free, or was for a time, chance has written how long that lasts. */
  #changeToYear(at: Moment): void {
    const isAble = this.#able.toYear && this.#script.freePeriods === 0 && this.#interval !== 'year'
    if (!isAble || this.#standing.period.kind !== 'charged') return
    this.#interval = 'year'
    this.#beginAnew(at)
  }

  /** A period begins in place of the last one, and is paid at once. */
  #beginAnew(at: Moment): void {
    this.#anchor = at
    this.#count = 0
    this.#stand({ period: this.#nextPeriod() })
    this.#stand({ latest: `p${this.#standing.period.index}` })
    this.#paid(at, { isUpgrade: true })
  }

  #refund(
    { which, parts, fails, line }: Extract<Act, { type: 'refund' }>,
    moment: (part: number) => Moment,
  ): void {
    const { refunds, refundFails, refundsLines } = this.#able
    const payment = refunds === 'none' ? undefined : this.#untouched(which)
    if (payment === undefined) return
    if (refundsLines && line !== null && payment.covers === 'period' && payment.basket.addon) {
      this.#refunds += 1
      this.#lineRefundedIn.add(payment.period.index)
      this.#addOfMoney({ type: 'line_refunded', at: moment(0), payment, refund: this.#refunds, line })
      return
    }
    // In whole; in two halves; a third and no more.
    const amount = payment.amount - payment.fromBalance
    const half = Math.floor(amount / 2)
    const sums =
      refunds === 'whole' || parts === 1
        ? [amount]
        : parts === 2
          ? [half, amount - half]
          : [Math.floor(amount / 3)]
    let refundedSoFar = 0
    sums.forEach((sum, index) => {
      this.#refunds += 1
      refundedSoFar += sum
      const at = moment(index / 3)
      this.#addOfMoney({ type: 'refunded', at, payment, refund: this.#refunds, amount: sum, refundedSoFar })
    })
    const last = sums.at(-1)
    if (!refundFails || !fails || last === undefined) return
    refundedSoFar -= last
    const failed = { payment, refund: this.#refunds, amount: last, refundedSoFar }
    this.#addOfMoney({ type: 'refund_failed', at: moment(0.9), ...failed })
  }

  #dispute({ which, outcome, days }: Extract<Act, { type: 'dispute' }>, at: Moment): void {
    const { disputes } = this.#able
    const payment = disputes === 'none' ? undefined : this.#untouched(which)
    if (payment === undefined || payment.fromBalance > 0) return
    this.#addOfMoney({ type: 'disputed', at, payment })
    const isTold = outcome === 'won' || (outcome === 'lost' && disputes === 'closed')
    if (isTold) this.#addOfMoney({ type: `dispute_${outcome}`, at: at + days * DAY + 7 * MINUTE, payment })
  }

  /** The payment that is meant, or else the newest to which nothing happened yet. */
  #untouched(which: Which): Payment | undefined {
    const { index } = this.#standing.period
    const untouched = this.#payments.filter(({ key, amount }) => amount > 0 && !this.#touched.has(key))
    const meant = untouched.findLast(({ covers, period }) => {
      if (which === 'change' || which === 'extra') return covers === which
      return covers === 'period' && period.index === (which === 'current' ? index : index - 1)
    })
    const payment = meant ?? untouched.at(-1)
    if (payment !== undefined) this.#touched.add(payment.key)
    return payment
  }

  #changeAsPlanned(): void {
    if (this.#plannedPlan === null) return
    const { basket } = this.#standing
    this.#stand({ basket: { ...basket, plan: this.#plannedPlan, serial: basket.serial + 1 } })
    this.#plannedPlan = null
  }

  #paid(at: Moment, how: HowPaid): void {
    this.#settledAt = at
    const { isRecovery = false, wasGivenUp = false, isConversion = false, isUpgrade = false } = how
    const payment = this.#pay('period', at, how.billed)
    const of = { isRecovery, wasGivenUp, isConversion, isUpgrade }
    this.#add({ type: 'paid', at, payment, ...of, after: this.#standing })
  }

  #pay(covers: Payment['covers'], paidAt: Moment, basket = this.#standing.basket): Payment {
    const { period, latest, year: running } = this.#standing
    const year = covers === 'period' && period.index === 0 ? running : null
    const price = priceOf(running === year ? basket : { ...basket, addon: false })
    const amounts = { period: period.kind === 'free' ? 0 : price, change: 700, extra: 250 }
    const amount = amounts[covers]
    const isFromBalance = covers === 'period' && this.#script.isFromBalance && this.#able.balance
    const fromBalance = isFromBalance ? Math.floor(amount / 2) : 0
    const payment = { key: latest, amount, fromBalance, covers, period, year, basket, paidAt }
    this.#payments.push(payment)
    return payment
  }

  #nextPeriod(): Period {
    const startsAt = boundary(this.#anchor, this.#interval, this.#count)
    const endsAt = boundary(this.#anchor, this.#interval, this.#count + 1)
    this.#index += 1
    this.#count += 1
    const { freePeriods } = this.#script
    const isFree = this.#able.free && this.#count <= freePeriods
    return { index: this.#index, startsAt, endsAt, kind: isFree ? 'free' : 'charged' }
  }

  #stand(changes: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...changes }
  }

  #add(happening: Happening): void {
    this.happenings.push(happening)
  }

  #addOfMoney(happening: OfMoney): void {
    this.happenings.push(happening)
  }
}

function changed(basket: Basket, what: 'plan' | 'quantity' | 'addon'): Basket {
  const { plan, quantity, addon, serial } = basket
  switch (what) {
    case 'plan':
      return { ...basket, plan: plan === 'lite' ? 'max' : 'lite', serial: serial + 1 }
    case 'quantity':
      return { ...basket, quantity: quantity > 1 ? 1 : 3 }
    case 'addon':
      return { ...basket, addon: !addon }
  }
}
