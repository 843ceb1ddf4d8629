import type { Entry } from '../../../src/domain/entry.ts'
import type { Take } from '../../../src/domain/usage/take.ts'
import { promise } from '../violation.ts'
import type { Story } from '../workload/story.ts'
import type { Witness } from './witness.ts'

/** Of what the shop sold no more is spent and held, over all who have or had it, than it ever gave. */
export function judgeSold(stories: readonly Story[], witnesses: readonly Witness[]): void {
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
    for (const { takes } of state?.reservations.values() ?? []) add(takes, 1)
  }
  for (const { ref, minutesMax } of stories.flatMap(({ sold }) => sold)) {
    const amount = taken.get(ref) ?? 0
    promise(
      amount <= minutesMax,
      () => `Of ${ref} ${amount} minutes are spent and held, of ${minutesMax} bought`,
    )
  }
}

function spentBy({ type, data }: Entry): readonly Take[] {
  if (type === 'usage_consumed' || type === 'reservation_committed') return data.takes
  return type === 'consumption_reversed' ? data.returns : []
}
