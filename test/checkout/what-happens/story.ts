import { ABILITIES, type TellerName } from '../../../tools/lives/abilities.ts'
import { boundary } from '../../../tools/lives/calendar.ts'
import { priceOf } from '../../../tools/lives/catalog.ts'
import type {
  Basket,
  Happening,
  Interval,
  Life,
  Moment,
  OfMoney,
  Payment,
  Period,
} from '../../../tools/lives/life.ts'
import { DAY, SECOND, type Standing } from '../../../tools/lives/life.ts'
import { TELLINGS } from '../../../tools/lives/tellers.ts'
import type { Teller } from '../../../tools/lives/told.ts'
import { Hearing, type HearingSays, noonOf } from './hearing.ts'

const STARTS = Date.UTC(2027, 2, 1, 9)

export interface StorySays extends HearingSays {
  readonly plan?: Basket['plan']
  readonly quantity?: number
  readonly addon?: boolean
  readonly interval?: Interval
  readonly trialDays?: number
  readonly isByInvoice?: boolean
}

type Of<T extends Happening['type']> = Extract<Happening, { type: T }>

/** One subscription that begins on the first of March 2027 at 09:00, told step by step in its provider's payloads. */
export class Story extends Hearing {
  readonly #tell: Teller
  readonly #name: TellerName
  #interval: Interval
  readonly #payments = new Map<string, Payment>()
  #standing: Standing
  #anchor: Moment
  #refunds = 0

  constructor(name: TellerName, says: StorySays = {}) {
    const { plan = 'lite', quantity = 1, addon = false, interval = 'month', trialDays = 0, ...more } = says
    const { isByInvoice = false, ...hearing } = more
    const { tellerOf, ...telling } = TELLINGS[name]
    super({ name, ...telling }, hearing)
    const life: Life = { interval, happenings: [], replacesItems: false, isOrderFirst: true, isByInvoice }
    this.#tell = tellerOf(life)
    this.#name = name
    this.#interval = interval
    this.#anchor = STARTS + trialDays * DAY
    const isTrial = trialDays > 0
    const endsAt = isTrial ? this.#anchor : boundary(STARTS, interval, 1)
    this.#standing = {
      status: isTrial ? 'trialing' : 'active',
      startedAt: STARTS,
      trialEndsAt: isTrial ? endsAt : null,
      period: { index: 0, startsAt: STARTS, endsAt, kind: isTrial ? 'trial' : 'charged' },
      year: null,
      basket: { plan, quantity, addon, serial: 0 },
      latest: 'p0',
      cancelsAt: null,
      endedAt: null,
      overdueAt: null,
      triesAt: null,
    }
  }

  async begins(): Promise<void> {
    const payment = this.#standing.period.kind === 'trial' ? null : this.#pay('period', STARTS)
    await this.#happens({ type: 'bought', at: STARTS, payment, after: this.#standing })
  }

  /** The next period begins, and nothing is paid yet. */
  async moves(): Promise<void> {
    this.#next()
    await this.#happens({ type: 'moved', at: this.#standing.period.startsAt, after: this.#standing })
  }

  /** The next period begins, and is paid. */
  async renews(changes: Partial<Basket> = {}): Promise<void> {
    const { draftMs } = ABILITIES[this.#name]
    const { basket } = this.#standing
    this.#stand({ basket: { ...basket, ...changes } })
    if (draftMs === null) this.#next()
    else await this.moves()
    await this.#paid(this.#standing.period.startsAt + (draftMs ?? 0), false)
  }

  /** The next period begins, and its payment fails. */
  async fails(day?: string, storeGraceEnds?: string): Promise<void> {
    const { draftMs, failMs } = ABILITIES[this.#name]
    if (draftMs === null) this.#next()
    else await this.moves()
    await this.failsAgain(day ?? this.#standing.period.startsAt + failMs, storeGraceEnds)
  }

  async failsAgain(day: string | Moment, storeGraceEnds?: string): Promise<void> {
    const at = typeof day === 'string' ? noonOf(day) : day
    const { overdueAt } = this.#standing
    this.#stand({ status: 'overdue', overdueAt: overdueAt ?? at, triesAt: at + 3 * DAY })
    const storeGraceEndsAt = storeGraceEnds === undefined ? undefined : noonOf(storeGraceEnds)
    const isFirst = overdueAt === null
    await this.#happens({ type: 'failed', at, isFirst, storeGraceEndsAt, after: this.#standing })
  }

  /** What was late is paid after all. */
  async recovers(day: string): Promise<void> {
    await this.#paid(noonOf(day), true)
  }

  /** A period is paid when the subscription has ended already: the next one, or the one that was left unpaid. */
  async isPaidAfterEnd(day: string, which: 'next' | 'unpaid' = 'next'): Promise<void> {
    if (which === 'next') this.#next()
    this.#stand({ status: 'ended' })
    const at = noonOf(day)
    const how = { isRecovery: false, isConversion: false, isUpgrade: false, wasGivenUp: false }
    const payment = this.#pay('period', at)
    await this.#happens({ type: 'paid', at, payment, ...how, after: this.#standing })
  }

  async isGivenUp(day: string, how: Of<'gave_up'>['how']): Promise<void> {
    const at = noonOf(day)
    this.#stand(how === 'ended' ? { status: 'ended', endedAt: at } : { status: 'unpaid' })
    await this.#happens({ type: 'gave_up', at, how, after: this.#standing })
  }

  /** What is subscribed to changes within the period; `paid` and `declined` with a bill for the difference. */
  async changes(changes: Partial<Basket>, how: Of<'changed'>['how'], day: string): Promise<void> {
    const at = noonOf(day)
    const { basket: before } = this.#standing
    const basket = { ...before, ...changes, serial: before.serial + 1 }
    const latest = how === 'on_account' ? this.#standing.latest : `c${basket.serial}`
    const overdue =
      how === 'declined' ? ({ status: 'overdue', overdueAt: at, triesAt: at + DAY } as const) : {}
    this.#stand({ basket, latest, ...overdue })
    const payment = how === 'paid' ? this.#pay('change', at) : null
    await this.#happens({ type: 'changed', at, before, how, payment, after: this.#standing })
  }

  /** The declined difference is paid after all. */
  async settlesChange(day: string): Promise<void> {
    const at = noonOf(day)
    this.#stand({ status: 'active', overdueAt: null, triesAt: null })
    const payment = this.#pay('change', at)
    await this.#happens({ type: 'change_settled', at, how: 'paid', payment, after: this.#standing })
  }

  /** What was subscribed to by the month is now by the year, from now on. */
  async changesToYear(day: string): Promise<void> {
    this.#interval = 'year'
    await this.buysPlan(this.#standing.basket.plan, day)
  }

  /** Another plan begins a period of its own at once. */
  async buysPlan(plan: Basket['plan'], day: string): Promise<void> {
    this.#anchor = noonOf(day)
    const { basket, period } = this.#standing
    this.#stand({ basket: { ...basket, plan } })
    this.#next({ ...period, endsAt: this.#anchor })
    await this.#paid(this.#anchor, false, true)
  }

  async plansChange(plan: Basket['plan'], day: string): Promise<void> {
    await this.#happens({ type: 'change_planned', at: noonOf(day), plan, after: this.#standing })
  }

  async pauses(day: string): Promise<void> {
    await this.#stands('paused', day, { status: 'paused' })
  }

  async resumes(day: string): Promise<void> {
    await this.#stands('resumed', day, { status: 'active' })
  }

  async cancels(day: string): Promise<void> {
    await this.#stands('cancel_scheduled', day, { cancelsAt: this.#standing.period.endsAt })
  }

  async changesCard(day: string): Promise<void> {
    await this.#stands('touched', day, {})
  }

  async ends(day: string): Promise<void> {
    this.#stand({ status: 'ended', endedAt: noonOf(day) })
    await this.#happens({ type: 'ended', at: noonOf(day), why: 'at_once', after: this.#standing })
  }

  async paysExtra(day: string): Promise<void> {
    this.#stand({ latest: 'x1' })
    const payment = this.#pay('extra', noonOf(day))
    await this.#happens({ type: 'extra_paid', at: noonOf(day), payment, after: this.#standing })
  }

  /** A payment by its key: `p1` of period 1, `c1` of the first change, `x1` of what is extra. All of it, or a part. */
  async refunds(key: string, day: string, part?: number): Promise<void> {
    const payment = this.#payment(key)
    this.#refunds += 1
    const amount = part ?? payment.amount
    const money = { refund: this.#refunds, amount, refundedSoFar: amount }
    await this.#happens({ type: 'refunded', at: noonOf(day), payment, ...money })
  }

  async disputes(key: string, type: OfMoney['type'] & `dispute${string}`, day: string): Promise<void> {
    await this.#happens({ type, at: noonOf(day), payment: this.#payment(key) })
  }

  async #stands(
    type: 'paused' | 'resumed' | 'cancel_scheduled' | 'touched',
    day: string,
    changes: Partial<Standing>,
  ): Promise<void> {
    this.#stand(changes)
    await this.#happens({ type, at: noonOf(day), after: this.#standing })
  }

  async #paid(at: Moment, isRecovery: boolean, isUpgrade = false): Promise<void> {
    const isConversion = this.#standing.trialEndsAt === this.#standing.period.startsAt
    this.#stand({ status: 'active', overdueAt: null, triesAt: null })
    const payment = this.#pay('period', at)
    const how = { isRecovery, isConversion, isUpgrade, wasGivenUp: false }
    await this.#happens({ type: 'paid', at, payment, ...how, after: this.#standing })
  }

  #pay(covers: Payment['covers'], paidAt: Moment): Payment {
    const { period, basket, latest: key } = this.#standing
    const amount = { period: priceOf(basket), change: 700, extra: 250 }[covers]
    const payment: Payment = { key, amount, fromBalance: 0, covers, period, year: null, basket, paidAt }
    this.#payments.set(key, payment)
    return payment
  }

  #payment(key: string): Payment {
    const payment = this.#payments.get(key)
    if (payment === undefined) throw new Error(`${key} was never paid`)
    return payment
  }

  #next({ index, endsAt: startsAt }: Period = this.#standing.period): void {
    const endsAt = boundary(startsAt, this.#interval, 1)
    const period: Period = { index: index + 1, startsAt, endsAt, kind: 'charged' }
    this.#stand({ status: 'active', period, latest: `p${period.index}` })
  }

  #stand(changes: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...changes }
  }

  async #happens(happening: Happening): Promise<void> {
    for (const { delivery, at } of this.#tell(happening)) await this.heard(delivery, at + SECOND)
  }
}

/** A story whose subscription was bought. */
export async function bought(name: TellerName, says: StorySays = {}): Promise<Story> {
  const story = new Story(name, says)
  await story.begins()
  return story
}
