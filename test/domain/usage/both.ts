import type { Entry } from '../../../src/domain/user/entry.ts'
import type { Take } from '../../../src/domain/usage/take.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import {
  Ledger,
  METERED_FEATURES,
  aLot,
  commit,
  consume,
  release,
  renew,
  reserve,
  reverse,
  revoke,
  update,
} from './a-ledger.ts'
import { agree, agreeOn } from './agree.ts'
import type { Happening, Until } from './happenings.ts'
import { Purchases, type Setting } from './purchases.ts'
import { Reference, type Spent } from './reference.ts'
import { ReferenceLot } from './reference-lot.ts'

type Of<Type extends Happening['type']> = Extract<Happening, { type: Type }>

interface Known {
  readonly seq: number
  readonly spent: Spent
  /** How much of what was asked for stands. */
  amount: number
}

/** The ledger and the reference side by side: each thing happens to both, and what they answer to it is compared. */
export class Both {
  readonly ledger = new Ledger()
  readonly reference = new Reference()
  readonly purchases: Purchases
  readonly setting: Setting
  readonly #spent: Known[] = []
  readonly #held: (Known & { readonly isLease: boolean; refusal: string | null })[] = []

  constructor(setting: Setting) {
    this.setting = setting
    const { feature, rate = null, overageMax = null } = setting
    const bounded = METERED_FEATURES.map((one) =>
      one.key === 'tokens' && overageMax !== null ? { ...one, overageMax } : one,
    )
    const spends = rate === null ? null : { feature, rate, requiresRight: false }
    const spender = spends === null ? [] : [aFeature({ key: 'spender', type: 'metered', spends })]
    this.ledger.catalog = aCatalog([...bounded, ...spender])
    this.purchases = new Purchases(this.ledger, this.reference, setting)
  }

  /** What is asked for: the feature itself, or the one that spends it. */
  get asked(): string {
    return (this.setting.rate ?? null) === null ? this.setting.feature : 'spender'
  }

  /** How far below zero it may be spent. */
  get debtMax(): number {
    return this.setting.feature === 'tokens' ? (this.setting.overageMax ?? Infinity) : 0
  }

  /** What so much of what is asked for costs, found one by one. */
  cost(amount: number): number {
    const { amount: price, per } = this.setting.rate ?? { amount: 1, per: 1 }
    let cost = 0
    while (cost * per < amount * price) cost += 1
    return cost
  }

  happen(what: Happening): void {
    switch (what.type) {
      case 'wait':
        this.ledger.at(this.#moment(what.until))
        return this.reference.pass(this.ledger.now)
      case 'grant':
        return this.#grant(what)
      case 'update':
      case 'reset':
      case 'revoke':
        return this.#byHand(what)
      case 'consume':
      case 'reserve':
        return this.#take(what)
      case 'reverse':
        return this.#reverse(what)
      case 'extend':
        return this.#extend(what)
      case 'commit':
      case 'release':
        return this.#resolve(what)
      case 'buy':
        return this.purchases.buy(what.line, what.quantity)
      case 'refund':
        return this.purchases.refund(what.line, what.quantity)
      case 'undo_refund':
        return this.purchases.undoRefund(what.refund)
      case 'renew':
        return this.purchases.renew()
      case 'pay_back':
        return this.purchases.payBack(what.undone)
    }
  }

  /** Another user has what was bought from now on, and nothing else is different. */
  move(userId: string): void {
    if (userId === this.ledger.state.userId) return
    this.ledger.moveTo(userId, this.setting.spent)
    // What was consumed and reserved is known to who did it alone.
    this.#spent.length = 0
    this.#held.length = 0
  }

  /** So much later, or about when time alone changes the answer next. */
  #moment(until: Until): number {
    const { now } = this.ledger
    if ('ms' in until) return now + until.ms
    const next = this.ledger.access(this.setting.feature).nextChangeAt
    return Math.max(now, (next ?? now) + until.besides)
  }

  #grant({ amount, priority, startsIn, lasts, reset }: Of<'grant'>): void {
    const { now } = this.ledger
    const { feature } = this.setting
    const startsAt = startsIn === null ? null : now + startsIn
    const endsAt = lasts === null ? null : (startsAt ?? now) + lasts
    const entitlementId = `ent_${this.reference.lots.length}`
    this.ledger.do(aLot({ entitlementId, feature, amount, priority, startsAt, endsAt, reset }))
    const begun = startsAt ?? now
    const calendar = reset === null ? null : { ...reset, anchor: reset.anchor ?? begun }
    const terms = {
      id: entitlementId,
      startsAt: begun,
      endsAt: endsAt ?? Infinity,
      amount,
      priority,
      calendar,
    }
    this.reference.lots.push(new ReferenceLot(terms, now))
  }

  #byHand(what: Of<'update' | 'reset' | 'revoke'>): void {
    const lot = placed(this.reference.lots, what.lot)
    if (lot === undefined) return
    if (what.type === 'revoke') {
      this.ledger.ask(revoke(lot.id))
      lot.isRevoked ||= !lot.isGone
      return
    }
    if (lot.isRevoked || !lot.id.startsWith('ent_')) {
      this.ledger.ask(update({ amount: 1 }, lot.id))
      const refusals = ['managed_by_source', 'entitlement_revoked', 'entitlement_not_found']
      agree(refusals.includes(this.ledger.refusal?.code ?? 'none'), true)
      return
    }
    const { now } = this.ledger
    if (what.type === 'reset') {
      const { reset } = what
      this.ledger.ask(update({ reset }, lot.id))
      lot.begin(reset === null ? null : { ...reset, anchor: reset.anchor ?? lot.startsAt }, now)
      return
    }
    const { amount, priority, lasts } = what
    const endsAt = lasts === null ? null : Math.max(now, lot.startsAt) + lasts
    const command = update({ amount, priority, endsAt }, lot.id)
    this.ledger.ask(command)
    // Asked for again it finds its work done.
    agree(this.ledger.ask(command), null)
    lot.become(amount, 'by_hand')
    lot.priority = priority
    lot.endsAt = endsAt ?? Infinity
  }

  #take(what: Of<'consume' | 'reserve'>): void {
    const { asked } = this
    const { now } = this.ledger
    const { amount } = what
    const cost = this.cost(amount)
    const ttlMs = what.type === 'reserve' ? Math.max(1, this.#moment(what.until) - now) : 0
    const isLease = what.type === 'reserve' && what.isLease
    const reservation = { ...reserve(amount, ttlMs, asked), ...(isLease ? { holder: 'somebody' } : {}) }
    const outcome = this.ledger.ask(what.type === 'reserve' ? reservation : consume(amount, asked))
    const before = this.reference.balance(now).remaining
    const spent = this.reference.take(cost, now, this.debtMax)
    if (spent === null) {
      agree(outcome, 'insufficient_balance')
      const access = { balance: this.ledger.balance(asked), ...this.ledger.access(asked) }
      // A refusal says what a check would.
      agreeOn(this.ledger.refusal, { access })
      return
    }
    agree(takesIn(outcome), amountsOf(spent))
    const overage = Math.max(0, cost - Math.max(0, before))
    agreeOn(outcome, { data: { overage, amount } })
    const known = { seq: seqOf(outcome), spent, amount }
    if (what.type === 'reserve') {
      this.reference.hold(spent, now + ttlMs)
      this.#held.push({ ...known, isLease, refusal: null })
    } else {
      this.reference.spend(spent)
      this.#spent.push(known)
    }
  }

  #reverse({ spent: place, amount: asked }: Of<'reverse'>): void {
    const known = placed(this.#spent, place)
    if (known === undefined) return
    const left = known.amount
    const amount = asked ?? left
    const outcome = this.ledger.ask(reverse(known.seq, asked))
    if (amount === 0 || amount > left) {
      agree(outcome, 'reversal_exceeds_consumption')
      return
    }
    agreeOn(outcome, { data: { consumption: known.seq, amount } })
    const back = this.cost(left) - this.cost(left - amount)
    const rate = this.setting.rate ?? null
    if (rate !== null) agreeOn(outcome, { data: { spends: { feature: this.setting.feature, cost: back } } })
    this.reference.reverse(known.spent, back)
    known.amount -= amount
  }

  /** Lets a lease go on, which no entry tells. */
  #extend(what: Of<'extend'>): void {
    const known = placed(this.#held, what.held)
    if (known === undefined) return
    const { spent, isLease } = known
    const ttlMs = Math.max(1, this.#moment(what.until) - this.ledger.now)
    const outcome = this.ledger.ask(renew(known.seq, ttlMs))
    if (known.refusal === null && spent.endsAt <= this.ledger.now)
      known.refusal = 'reservation_already_expired'
    const refusal = known.refusal ?? (isLease ? null : 'reservation_has_no_holder')
    agree(outcome, refusal)
    if (refusal === null) spent.endsAt = Math.max(spent.endsAt, this.ledger.now + ttlMs)
  }

  /** Resolves a reservation, and tries to do it once more. */
  #resolve(what: Of<'commit' | 'release'>): void {
    const known = placed(this.#held, what.held)
    if (known === undefined) return
    const { seq, spent } = known
    const isCommit = what.type === 'commit'
    const outcome = this.ledger.ask(isCommit ? commit(seq, what.amount) : release(seq))
    if (known.refusal === null && spent.endsAt <= this.ledger.now)
      known.refusal = 'reservation_already_expired'
    if (known.refusal !== null) {
      agree(outcome, known.refusal)
      return
    }
    const amount = isCommit ? (what.amount ?? known.amount) : 0
    if (amount > known.amount) {
      agree(outcome, 'commit_exceeds_reservation')
      return
    }
    const resolved = this.reference.resolve(spent, this.cost(amount))
    if (isCommit) {
      agree(takesIn(outcome), amountsOf(resolved))
      this.#spent.push({ seq: seqOf(outcome), spent: resolved, amount })
    }
    known.refusal = isCommit ? 'reservation_already_committed' : 'reservation_already_released'
    agree(this.ledger.ask(commit(seq)), known.refusal)
    agree(this.ledger.ask(release(seq)), known.refusal)
  }
}

function placed<One>(all: readonly One[], place: number): One | undefined {
  return all[place % all.length]
}

function takesIn(outcome: Entry | string | null): readonly [string, number][] {
  if (outcome === null || typeof outcome === 'string' || !('takes' in outcome.data)) return []
  return outcome.data.takes.map(({ entitlementId, amount }: Take) => [entitlementId, amount])
}

function seqOf(outcome: Entry | string | null): number {
  return outcome === null || typeof outcome === 'string' ? 0 : outcome.seq
}

function amountsOf({ parts }: Spent): readonly (readonly [string, number])[] {
  return parts.filter(({ amount }) => amount > 0).map(({ lot, amount }) => [lot.id, amount] as const)
}
