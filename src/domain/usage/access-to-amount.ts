import { type Access, decidedBy } from '../entitlements/access.ts'
import type { Balance } from '../entitlements/balance.ts'
import { type Rate, amountFor, costOf } from '../entitlements/rate.ts'
import { type Spending, debtMaxOf } from './metered-access.ts'

/** What is asked of what there is. */
export interface AmountAsked {
  readonly amount: number
  /** What it costs of what there is; `null` for as much as it is. */
  readonly rate: Rate | null
  /** How far below zero that may be spent where its overage is allowed: `Infinity` for as far as anybody likes. */
  readonly overageMax: number
}

interface Answered extends AmountAsked {
  readonly access: Access
}

/** What was last asked: most ask for the same. */
const last = new WeakMap<Spending, Answered>()

/** Returns the access to so much of a metered feature, and the most that one consumption may ask. */
export function accessToAmount(spending: Spending, asked: AmountAsked): Access {
  const known = last.get(spending)
  const { amount, rate, overageMax } = asked
  if (known?.amount === amount && known.rate === rate && known.overageMax === overageMax) return known.access
  const access = accessBy(spending, asked)
  last.set(spending, { ...asked, access })
  return access
}

function accessBy(spending: Spending, { amount, rate, overageMax }: AmountAsked): Access {
  const { standing, balance, spendable, nextChangeAt } = spending
  if (balance === null) return { ...standing, maxAmount: 0 }
  const there = { balance, nextChangeAt }
  if (!standing.allowed) return { ...standing, maxAmount: 0, ...there }
  const { everyone: _everyone, ...given } = standing
  const mayCost = mostOf(balance, debtMaxOf(spendable, overageMax))
  const maxAmount = rate === null ? mayCost : amountFor(mayCost, rate)
  const cost = rate === null ? amount : costOf(amount, rate)
  const some = spendable.filter((lot) => balance.remaining > 0 && lot.balance.remaining > 0)
  const by = (lots: typeof spendable) => decidedBy(lots.map(({ lot }) => lot))
  if (amount > maxAmount) {
    return { ...given, allowed: false, reason: 'limit_reached', ...by(spendable), maxAmount, ...there }
  }
  if (cost <= balance.remaining) return { ...given, ...by(some), maxAmount, ...there }
  // What no lot has, the last one owes.
  const owing = [...some.filter((lot) => lot !== spendable.at(-1)), ...spendable.slice(-1)]
  return { ...given, reason: 'overage', ...by(owing), maxAmount, ...there }
}

/** Returns the most that may be taken at once: no debt is larger than it may be, and no sum than numbers are exact. */
function mostOf({ used, reserved, remaining }: Balance, debtMax: number): number {
  return Math.max(0, Math.min(remaining + debtMax, Number.MAX_SAFE_INTEGER - used - reserved))
}
