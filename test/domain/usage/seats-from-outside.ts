import { commit, renew, reverse } from './a-ledger.ts'
import { agree, agreeOn } from './agree.ts'
import type { Both } from './both.ts'

/** What holders do. Amounts of `null` are all that there is. */
export type Taking =
  | { readonly type: 'take'; readonly holder: string; readonly amount: number }
  | { readonly type: 'lease'; readonly holder: string; readonly amount: number; readonly ttlMs: number }
  | { readonly type: 'renew'; readonly holder: string; readonly ttlMs: number }
  | { readonly type: 'commit'; readonly holder: string; readonly amount: number | null }
  | { readonly type: 'give_back'; readonly holder: string; readonly amount: number | null }
  | { readonly type: 'let_go'; readonly holder: string }

interface Seat {
  readonly seq: number
  amount: number
  /** Of a lease; a holding has none. */
  endsAt: number
}

/** Who has what of a held feature, counted by who looks on: each holder one seat, and what is live of the sources besides. */
export class Seats {
  readonly #both: Both
  readonly #seats = new Map<string, Seat>()

  constructor(both: Both) {
    this.#both = both
  }

  balance() {
    const { reference, ledger } = this.#both
    const granted = reference.lots
      .filter((lot) => lot.isSpendable(ledger.now))
      .reduce((sum, lot) => sum + lot.amount, 0)
    const open = [...this.#seats.values()].filter(({ endsAt }) => ledger.now < endsAt)
    const sumOf = (some: readonly Seat[]) => some.reduce((sum, one) => sum + one.amount, 0)
    const used = sumOf(open.filter(({ endsAt }) => endsAt === Infinity))
    const reserved = sumOf(open) - used
    return { granted, used, reserved, remaining: granted - used - reserved }
  }

  do(what: Taking): void {
    const { ledger } = this.#both
    const { holder } = what
    const seat = this.#open(holder)
    switch (what.type) {
      case 'take':
        return this.#take(holder, what.amount, Infinity)
      case 'lease':
        return this.#take(holder, what.amount, ledger.now + what.ttlMs)
      case 'renew': {
        if (seat === null || seat.endsAt === Infinity) return
        agree(ledger.ask(renew(seat.seq, what.ttlMs)), null)
        seat.endsAt = Math.max(seat.endsAt, ledger.now + what.ttlMs)
        return
      }
      case 'commit': {
        if (seat === null || seat.endsAt === Infinity) return
        const amount = Math.min(what.amount ?? seat.amount, seat.amount)
        const seq = ledger.do(commit(seat.seq, what.amount === null ? null : amount))
        this.#seats.set(holder, { seq, amount, endsAt: Infinity })
        return
      }
      case 'give_back': {
        if (seat === null || seat.endsAt !== Infinity) return
        const amount = Math.min(what.amount ?? seat.amount, seat.amount)
        ledger.do(reverse(seat.seq, what.amount === null ? null : amount))
        seat.amount -= amount
        if (seat.amount === 0) this.#seats.delete(holder)
        return
      }
      case 'let_go': {
        const outcome = ledger.ask({ type: 'release_holder', feature: 'calls', holder })
        if (seat === null) return agree(outcome, 'holder_not_found')
        agreeOn(outcome, { data: { amount: seat.amount } })
        this.#seats.delete(holder)
      }
    }
  }

  #take(holder: string, amount: number, endsAt: number): void {
    const { ledger } = this.#both
    const seat = this.#open(holder)
    const { remaining } = this.balance()
    const asked = { feature: 'calls', amount, holder }
    const outcome = ledger.ask(
      endsAt === Infinity
        ? { type: 'consume', ...asked }
        : { type: 'reserve', ...asked, ttlMs: endsAt - ledger.now },
    )
    if (seat !== null) {
      const isSame = seat.amount === amount && (seat.endsAt === Infinity) === (endsAt === Infinity)
      return agree(outcome, isSame ? null : 'holder_exists')
    }
    if (remaining < amount) return agree(outcome, 'insufficient_balance')
    agreeOn(outcome, { data: { amount, takes: [], counted: 'held', hasHolder: true } })
    if (outcome === null || typeof outcome === 'string') return
    this.#seats.set(holder, { seq: outcome.seq, amount, endsAt })
  }

  #open(holder: string): Seat | null {
    const seat = this.#seats.get(holder)
    return seat !== undefined && this.#both.ledger.now < seat.endsAt ? seat : null
  }
}
