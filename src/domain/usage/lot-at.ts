import type { Balance } from '../entitlements/balance.ts'
import { hasEnded, ruleFor } from '../entitlements/state.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { type Lot, balanceOf, lossAt, turnsAt } from './lot.ts'

/** A lot as it stands at a moment. */
export interface LotAt {
  readonly lot: Lot
  readonly balance: Balance
  /** Whether it may be spent. */
  readonly isSpendable: boolean
  /** Whether it was withdrawn, was spent, and has not come to the end that it had. */
  readonly isOwing: boolean
  /** When what remains of it is lost; `Infinity` for never. */
  readonly lossAt: number
  /** When time alone makes it another; `null` for never. */
  readonly turnsAt: Instant | null
  /** The same, but `null` too once it has ended. */
  readonly nextChangeAt: Instant | null
}

/** Returns a lot as it stands at a moment. */
export function lotAt(lot: Lot, now: Instant): LotAt {
  const balance = balanceOf(lot, now)
  const isOver = hasEnded(lot, now)
  const turns = turnsAt(lot, now)
  return {
    lot,
    balance,
    isSpendable: !lot.withdrawn && ruleFor(lot, now).allows,
    isOwing: lot.withdrawn && !isOver && balance.remaining < 0,
    lossAt: lossAt(lot, now) ?? Infinity,
    turnsAt: turns,
    nextChangeAt: isOver ? null : turns,
  }
}

/** Returns when time alone makes any of some lots another, `null` for never. */
export function nextChangeOf(lots: readonly LotAt[]): Instant | null {
  let next: Instant | null = null
  for (const { nextChangeAt } of lots) next = earlier(next, nextChangeAt)
  return next
}
