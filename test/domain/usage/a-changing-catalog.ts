import type { EverybodysProduct } from '../../../src/domain/catalog/catalog.ts'
import type { Take } from '../../../src/domain/usage/take.ts'
import { type Snapshot } from '../../../src/domain/user/snapshot.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { aCatalog } from '../../support/a-catalog.ts'
import { Ledger, METERED_FEATURES, aLot, commit, consume, release, reserve, reverse } from './a-ledger.ts'
import { agree } from './agree.ts'
import { type Every, type Offer, PlainAccount, periodEnd } from './plain-account.ts'

export type Happening =
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'wait_for_period'; readonly every: Every; readonly besides: number }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'end'; readonly product: string }
  | { readonly type: 'grant'; readonly amount: number; readonly priority: number }
  | { readonly type: 'consume'; readonly amount: number }
  | { readonly type: 'reserve'; readonly amount: number; readonly ttlMs: number }
  | { readonly type: 'reverse'; readonly place: number; readonly amount: number | null }
  | { readonly type: 'commit'; readonly place: number; readonly amount: number | null }
  | { readonly type: 'release'; readonly place: number }

/** Something that may be spent: so much of what everybody has, or an own amount that is given once. */
interface PlainLot {
  readonly id: string
  readonly priority: number
  readonly isOwn: boolean
  readonly lostAt: number
  readonly account: PlainAccount
  readonly offer: Offer
}

interface Part {
  readonly lot: PlainLot
  readonly page: string
  amount: number
}

interface Spent {
  readonly seq: number
  parts: Part[]
  endsAt: number
}

const ANCHORS = { hour: 0, day: 0, week: Date.UTC(1970, 0, 5), month: 0, year: 0 }

/** A catalog that changes while one user uses what everybody has by it, beside a book that a shop would keep of that. */
export class ChangingCatalog {
  readonly ledger = new Ledger()
  readonly feature: string
  readonly offers = new Map<string, Offer>()
  readonly accounts = new Map<string, PlainAccount>()
  readonly own: PlainLot[] = []
  #version = 1
  #snapshot: Snapshot
  #spent: Spent[] = []
  #held: Spent[] = []

  constructor(feature: string) {
    this.feature = feature
    this.#change()
    this.#snapshot = this.#stored()
  }

  happen(what: Happening): void {
    const { ledger, feature } = this
    const before = ledger.entries.length
    switch (what.type) {
      case 'wait':
        ledger.at(ledger.now + what.ms)
        break
      case 'wait_for_period':
        ledger.at(Math.max(ledger.now, periodEnd(what.every, ledger.now) + what.besides))
        break
      case 'offer':
        this.offers.set(what.offer.product, what.offer)
        this.#change()
        break
      case 'end':
        this.offers.delete(what.product)
        this.#change()
        break
      case 'grant':
        this.#grant(what.amount, what.priority)
        break
      case 'consume':
        this.#take(what.amount, null, ledger.ask(consume(what.amount, feature)))
        break
      case 'reserve':
        this.#take(what.amount, what.ttlMs, ledger.ask(reserve(what.amount, what.ttlMs, feature)))
        break
      case 'reverse':
        this.#reverse(what.place, what.amount)
        break
      case 'commit':
      case 'release':
        this.#resolve(what.place, what.type === 'release' ? 0 : what.amount, what.type === 'commit')
        break
    }
    if (ledger.entries.length > before) this.#snapshot = this.#stored()
  }

  /** What the book says. */
  get balance() {
    const lots = this.#lots()
    const { now } = this.ledger
    const used = lots.reduce((sum, { account }) => sum + account.used, 0)
    const reserved = lots.reduce((sum, { account }) => sum + account.held(now), 0)
    const remaining = lots.reduce((sum, { account, offer }) => sum + account.free(offer, now), 0)
    return { granted: used + reserved + remaining, used, reserved, remaining }
  }

  /** What an isolate says that has the newest catalog, and a copy of the user of when something was last recorded. */
  get atTheEdge() {
    return accessBy(this.#snapshot, this.ledger.catalog, this.feature, this.ledger.now)
  }

  #grant(amount: number, priority: number): void {
    const id = `ent_own_${this.own.length}`
    this.ledger.do(aLot({ entitlementId: id, feature: this.feature, amount, priority }))
    const offer = { product: '', amount, every: null, rolloverMax: 0, priority, percent: 100 }
    const account = new PlainAccount(null, this.ledger.now)
    this.own.push({ id, priority, isOwn: true, lostAt: Infinity, account, offer })
  }

  /** From the highest priority on, then what is lost soonest, then what is the user's own. */
  #lots(): readonly PlainLot[] {
    const { now } = this.ledger
    for (const account of this.accounts.values()) account.pass(now)
    const given = [...this.offers.values()].filter(({ percent }) => percent > 0)
    const everybodys = given.map((offer): PlainLot => {
      const id = idOf(offer)
      const account = this.accounts.get(id) ?? new PlainAccount(offer.every, now)
      this.accounts.set(id, account)
      return { id, priority: offer.priority, isOwn: false, lostAt: account.pageEnd, account, offer }
    })
    const byId = (a: PlainLot, b: PlainLot) => (a.id < b.id ? -1 : 1)
    return [...this.own, ...everybodys.toSorted(byId)]
      .toSorted((a, b) => (a.lostAt === b.lostAt ? 0 : a.lostAt < b.lostAt ? -1 : 1))
      .toSorted((a, b) => b.priority - a.priority)
  }

  #take(amount: number, ttlMs: number | null, outcome: ReturnType<Ledger['ask']>): void {
    const lots = this.#lots()
    const { now } = this.ledger
    const missingInAll = amount - Math.max(0, this.balance.remaining)
    if (lots.length === 0 || (missingInAll > 0 && this.feature !== 'tokens')) {
      agree(outcome, 'insufficient_balance')
      return
    }
    let missing = amount
    const parts = lots.flatMap((lot, index): Part[] => {
      const free = Math.max(0, lot.account.free(lot.offer, now))
      const part = index === lots.length - 1 ? missing : Math.min(free, missing)
      missing -= part
      return part === 0 ? [] : [{ lot, page: lot.account.page, amount: part }]
    })
    if (outcome === null || typeof outcome === 'string' || !('takes' in outcome.data)) {
      agree(outcome, 'taken')
      return
    }
    const taken = outcome.data.takes.map((take: Take) => [take.entitlementId, take.amount])
    agree(
      taken,
      parts.map((part) => [part.lot.id, part.amount]),
    )
    const spent = { seq: outcome.seq, parts, endsAt: ttlMs === null ? Infinity : now + ttlMs }
    for (const part of parts) {
      const { account, offer } = part.lot
      account.note(offer)
      if (ttlMs === null) account.used += part.amount
      else account.holds.push({ endsAt: spent.endsAt, period: part.page, part })
    }
    ;(ttlMs === null ? this.#spent : this.#held).push(spent)
  }

  #reverse(place: number, asked: number | null): void {
    const spent = this.#spent[place % this.#spent.length]
    if (spent === undefined) return
    const all = spent.parts.reduce((sum, { amount }) => sum + amount, 0)
    const amount = asked ?? all
    const outcome = this.ledger.ask(reverse(spent.seq, asked))
    agree(typeof outcome === 'string', amount === 0 || amount > all)
    if (typeof outcome === 'string') return
    this.#lots()
    let missing = amount
    for (const part of spent.parts.toReversed()) {
      const back = Math.min(part.amount, missing)
      part.amount -= back
      missing -= back
      const { account } = part.lot
      if (account.page === part.page) account.used = Math.max(0, account.used - back)
    }
  }

  #resolve(place: number, asked: number | null, isCommit: boolean): void {
    const held = this.#held[place % this.#held.length]
    if (held === undefined) return
    const all = held.parts.reduce((sum, { amount }) => sum + amount, 0)
    const amount = asked ?? all
    const outcome = this.ledger.ask(isCommit ? commit(held.seq, asked) : release(held.seq))
    const isOver = held.endsAt <= this.ledger.now
    agree(typeof outcome === 'string', isOver || amount > all)
    if (outcome === null || typeof outcome === 'string') return
    this.#lots()
    this.#held = this.#held.filter((one) => one !== held)
    let missing = amount
    const parts = held.parts.map((part) => {
      const spent = Math.min(part.amount, missing)
      missing -= spent
      const { account } = part.lot
      account.holds = account.holds.filter((hold) => hold.part !== part)
      if (account.page === part.page) account.used += spent
      return { ...part, amount: spent }
    })
    if (isCommit) this.#spent.push({ seq: outcome.seq, parts, endsAt: Infinity })
  }

  #change(): void {
    this.#version += 1
    const everyone = [...this.offers.values()].map((offer): EverybodysProduct => {
      const { product, amount, every, rolloverMax, priority, percent } = offer
      const reset = every === null ? null : { every, anchor: ANCHORS[every], rolloverMax }
      const overage = this.feature === 'tokens' ? 'allow' : 'deny'
      const allowance = { type: 'metered', amount, overage, reset, period: null } as const
      const share = { percent, seed: product }
      const terms = { entitlementId: idOf(offer), feature: this.feature, allowance, priority }
      return { id: product, share, features: [terms] }
    })
    this.ledger.catalog = aCatalog(METERED_FEATURES, everyone, this.#version)
  }

  #stored(): Snapshot {
    return JSON.parse(JSON.stringify(snapshotOf(this.ledger.state, this.ledger.now))) as Snapshot
  }
}

function idOf({ product, every }: Offer): string {
  return `ent_${product}_${every ?? 'once'}`
}
