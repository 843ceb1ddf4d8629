import type { Rate } from '../../../src/domain/entitlements/rate.ts'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import type { ProductFeature } from '../../../src/domain/purchases/products/product.ts'
import type { SpentRefund } from '../../../src/domain/usage/forgiveness.ts'
import { HOUR } from '../samples.ts'
import { type Ledger, bought, paid, paidBack, refunded } from './a-ledger.ts'
import { agree } from './agree.ts'
import type { Reference } from './reference.ts'
import { type Calendar, ReferenceLot } from './reference-lot.ts'

const MONTH = 30 * 24 * HOUR
const UNIT = 5

export interface Setting {
  readonly feature: 'calls' | 'tokens'
  readonly spent: SpentRefund
  /** When what is sold gives its amount anew. */
  readonly reset: Omit<Calendar, 'anchor'> | null
  /** At which rate it is spent by the feature that is used; `null` where it is used itself. */
  readonly rate?: Rate | null | undefined
  /** How far below zero tokens may be spent; `null` for as far as anybody likes. */
  readonly overageMax?: number | null | undefined
}

/** What the shop tells of its sales, and what the reference makes of it. All is told twice. */
export class Purchases {
  readonly #ledger: Ledger
  readonly #reference: Reference
  readonly #setting: Setting
  readonly #lines = new Map<string, { readonly ordered: number; readonly at: number }>()
  readonly #refunds: { readonly line: string; readonly quantity: number; undone: boolean }[] = []
  readonly #payments: { readonly at: number; state: 'paid' | 'paid_back' | 'undone' }[] = []

  constructor(ledger: Ledger, reference: Reference, setting: Setting) {
    this.#ledger = ledger
    this.#reference = reference
    this.#setting = setting
    const { feature, reset } = setting
    const overage = feature === 'tokens' ? 'allow' : 'deny'
    const sold: ProductFeature = { feature, type: 'metered', overage, amount: UNIT, perQuantity: true }
    const features = [reset === null ? sold : { ...sold, reset }]
    ledger.products = { credits: { id: 'credits', features }, plan: { id: 'plan', features } }
  }

  /** A line is bought once: what is told of it again is the same. */
  buy(line: string, quantity: number): void {
    const known = this.#lines.get(line) ?? { ordered: quantity, at: this.#ledger.now }
    this.#tell('order', bought({ [line]: known.ordered }, known.at))
    this.#lines.set(line, known)
    this.#settleLine(line)
  }

  refund(line: string, quantity: number): void {
    this.#refunds.push({ line, quantity, undone: false })
    this.#tell('order', refunded(`r${this.#refunds.length - 1}`, line, quantity))
    this.#settleLine(line)
  }

  undoRefund(index: number): void {
    const refund = this.#refunds[index]
    if (refund === undefined) return
    refund.undone = true
    this.#tell('order', refunded(`r${index}`, refund.line, refund.quantity, true))
    this.#settleLine(refund.line)
  }

  /** Paid for another month from now on. */
  renew(): void {
    const { now } = this.#ledger
    const [first = { at: now }] = this.#payments
    if (this.#payments.at(-1)?.at === now) return
    this.#payments.push({ at: now, state: 'paid' })
    this.#tell('sub', paid(now, now + MONTH, { since: first.at }))
    const lot = this.#reference.lot('sub item')
    if (lot === undefined) return this.#add('sub item', UNIT, now, now + MONTH)
    lot.endsAt = now + MONTH
    if (this.#setting.reset !== null) return lot.become(UNIT, this.#setting.spent)
    lot.isGone = false
    lot.renew()
  }

  /** The payment of now is paid back, once and for all, or that fails. */
  payBack(undone: boolean): void {
    const payment = this.#payments.at(-1)
    if (payment === undefined || payment.state === 'undone') return
    payment.state = undone ? 'undone' : 'paid_back'
    this.#tell('sub', paidBack(`p${payment.at}`, payment.at, undone))
    const lot = this.#reference.lot('sub item')
    if (lot === undefined || lot.isGone === !undone) return
    lot.become(undone ? UNIT : null, this.#setting.spent)
  }

  #settleLine(line: string): void {
    const known = this.#lines.get(line)
    if (known === undefined) return
    const live = this.#refunds.filter((refund) => refund.line === line && !refund.undone)
    const left = live.reduce((sum, { quantity }) => sum - quantity, known.ordered)
    const lot = this.#reference.lot(`order ${line}`)
    if (lot !== undefined) return lot.become(left > 0 ? left * UNIT : null, this.#setting.spent)
    if (left > 0) this.#add(`order ${line}`, left * UNIT, known.at, Infinity)
  }

  #add(item: string, amount: number, startsAt: number, endsAt: number): void {
    const { feature, reset } = this.#setting
    const calendar = reset === null ? null : { ...reset, anchor: startsAt }
    const terms = { id: `${item} ${feature}`, startsAt, endsAt, amount, priority: 0, calendar }
    this.#reference.lots.push(new ReferenceLot(terms, this.#ledger.now))
  }

  #tell(ref: string, fact: SourceFact): void {
    this.#ledger.told(ref, [fact], this.#setting.spent)
    // What is told again changes nothing.
    agree(this.#ledger.told(ref, [fact], this.#setting.spent), [])
  }
}
