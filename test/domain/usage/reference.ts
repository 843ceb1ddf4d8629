import type { Account, ReferenceLot } from './reference-lot.ts'

export interface Part {
  readonly lot: ReferenceLot
  readonly account: Account
  readonly amount: number
}

/** What a consumption, or a commit, took and has not got back; or what a reservation holds until `endsAt`. */
export interface Spent {
  parts: readonly Part[]
  readonly amount: number
  endsAt: number
}

/**
 * What the ledger promises of one metered feature, told once more and in another way: time passes moment by moment, so
 * that boundaries and ends happen instead of being computed, and amounts are taken one by one.
 */
export class Reference {
  readonly lots: ReferenceLot[] = []
  holds: Spent[] = []

  lot(item: string): ReferenceLot | undefined {
    return this.lots.find(({ id }) => id.startsWith(`${item} `))
  }

  pass(to: number): void {
    for (const end of [...new Set(this.holds.map(({ endsAt }) => endsAt))].toSorted((a, b) => a - b)) {
      if (end > to) break
      // A hold that ends at a boundary ends before it.
      for (const lot of this.lots) lot.pass(end - 1)
      for (const hold of this.holds.filter(({ endsAt }) => endsAt === end)) this.resolve(hold, 0)
    }
    for (const lot of this.lots) lot.pass(to)
  }

  inOrder(moment: number): readonly ReferenceLot[] {
    const lostAt = ({ endsAt, next }: ReferenceLot) => Math.min(endsAt, next, Number.MAX_SAFE_INTEGER)
    const live = this.lots.filter((lot) => lot.isSpendable(moment))
    live.sort((a, b) => (a.id < b.id ? -1 : 1))
    return live
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .toSorted((a, b) => lostAt(a) - lostAt(b))
      .toSorted((a, b) => b.priority - a.priority)
  }

  balance(moment: number) {
    const counted = this.lots.filter((lot) => lot.isSpendable(moment) || lot.isOwing(moment))
    const sum = (of: (account: Account) => number) => counted.reduce((all, lot) => all + of(lot.now), 0)
    return { used: sum(({ used }) => used), reserved: sum(({ held }) => held), remaining: sum((a) => a.free) }
  }

  /** One by one from the first lot that has some, and on to a debt of so much; `null` when that may not be. */
  take(amount: number, moment: number, debtMax: number): Spent | null {
    const lots = this.inOrder(moment)
    const last = lots.at(-1)
    if (last === undefined || this.balance(moment).remaining + debtMax < amount) return null
    const taken = new Map<ReferenceLot, number>()
    for (let one = 0; one < amount; one++) {
      const lot = lots.find(({ now }) => now.free > 0) ?? last
      lot.now.free -= 1
      taken.set(lot, (taken.get(lot) ?? 0) + 1)
    }
    const parts = [...taken].map(([lot, part]) => ({ lot, account: lot.now, amount: part }))
    return { parts, amount, endsAt: Infinity }
  }

  spend(spent: Spent): void {
    for (const { account, amount } of spent.parts) account.used += amount
  }

  hold(held: Spent, endsAt: number): void {
    held.endsAt = endsAt
    for (const { account, amount } of held.parts) account.held += amount
    this.holds.push(held)
  }

  /** Spends so much of what is held, and frees the rest. */
  resolve(held: Spent, amount: number): Spent {
    this.holds = this.holds.filter((one) => one !== held)
    let wanted = amount
    const parts = held.parts.map((part) => {
      const spent = Math.min(part.amount, wanted)
      wanted -= spent
      part.account.held -= part.amount
      part.account.used += spent
      part.lot.back(part.account, part.amount - spent)
      return { ...part, amount: spent }
    })
    return { parts, amount, endsAt: Infinity }
  }

  /** One by one, what was taken last first. */
  reverse(spent: Spent, amount: number): void {
    let wanted = amount
    const kept = spent.parts.toReversed().map((part) => {
      const back = Math.min(part.amount, wanted)
      wanted -= back
      part.account.used -= back
      part.lot.back(part.account, back)
      return { ...part, amount: part.amount - back }
    })
    spent.parts = kept.toReversed()
  }
}
