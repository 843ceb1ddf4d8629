import type { Entry } from '../../../src/domain/user/entry.ts'
import { balanceOf } from '../../../src/domain/usage/lot.ts'
import { spendableOf } from '../../../src/domain/usage/metered-access.ts'
import type { Take } from '../../../src/domain/usage/take.ts'
import { lotsFor } from '../../../src/domain/user/user-lots.ts'
import type { UserState } from '../../../src/domain/user/user-state.ts'
import { promise } from '../violation.ts'
import type { Sold, Story } from '../workload/story.ts'
import type { Witness } from './witness.ts'

/** Of what the shop sold no more is spent and held, over all who have or had it, than it ever gave. */
export function judgeSold(stories: readonly Story[], witnesses: readonly Witness[]): void {
  const taken = takenOf(witnesses, -Infinity)
  for (const { ref, minutesMax } of stories.flatMap(({ sold }) => sold)) {
    const amount = taken.get(ref) ?? 0
    promise(
      amount <= minutesMax,
      () => `Of ${ref} ${amount} minutes are spent and held, of ${minutesMax} bought`,
    )
  }
}

/** Of a purchase is left to whose it is what was bought without what was spent and is held of it, by whomever. */
export function judgeLeft(
  { ref, minutes }: Sold,
  { state, witnesses, now }: { state: UserState; witnesses: readonly Witness[]; now: number },
): void {
  const lots = spendableOf(lotsFor(state, 'minutes', now), now).filter(
    ({ id }) => state.entitlements.get(id)?.source.ref === ref,
  )
  const left = lots.reduce((sum, lot) => sum + balanceOf(lot, now).remaining, 0)
  const amount = takenOf(witnesses, now).get(ref) ?? 0
  promise(
    left === Math.max(0, minutes - amount),
    () => `Of ${ref} ${left} minutes are left, of ${minutes} bought and ${amount} spent and held`,
  )
}

/** What is spent of each purchase, and held beyond a moment, by the entries of all. */
function takenOf(witnesses: readonly Witness[], heldBeyond: number): ReadonlyMap<string, number> {
  const taken = new Map<string, number>()
  for (const { entries, states } of witnesses) {
    const state = states.at(-1)
    const add = (takes: readonly Take[], sign: 1 | -1) => {
      for (const { entitlementId, amount } of takes) {
        const ref = state?.entitlements.get(entitlementId)?.source.ref ?? ''
        taken.set(ref, (taken.get(ref) ?? 0) + sign * amount)
      }
    }
    for (const entry of entries) add(spentBy(entry), entry.type === 'consumption_reversed' ? -1 : 1)
    for (const { takes, endsAt } of state?.reservations.values() ?? []) if (endsAt > heldBeyond) add(takes, 1)
  }
  return taken
}

function spentBy({ type, data }: Entry): readonly Take[] {
  if (type === 'usage_consumed' || type === 'reservation_committed') return data.takes
  return type === 'consumption_reversed' ? data.returns : []
}
