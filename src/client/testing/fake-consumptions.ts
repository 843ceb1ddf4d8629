import type { ConsumptionPageAnswer, ConsumptionsAsked } from '../wire.ts'
import { instantOf } from './fake-rights.ts'
import { pageOf } from './fake-lists.ts'
import type { FakeUsage, FakeUser } from './fake-user.ts'

type Total = ConsumptionPageAnswer['totals'][number]

/** What was consumed and given back, oldest first, with the sums of the page. */
export function consumptionsOf(
  { usage }: FakeUser,
  { feature, holder, from, to, totals, limit = 100, cursor }: ConsumptionsAsked,
): ConsumptionPageAnswer {
  const [first, end] = [instantOf(from) ?? '', instantOf(to) ?? '~']
  const found = usage.filter(
    (one) =>
      [undefined, one.feature].includes(feature) &&
      [undefined, one.holder].includes(holder) &&
      one.at >= first &&
      one.at < end,
  )
  const { items, nextCursor } = pageOf(found, { limit: totals === undefined ? limit : 5000, cursor })
  return { ...(totals === undefined ? { items } : {}), totals: totalsOf(items), nextCursor }
}

/** By feature and holder, in the order in which they appear first. */
function totalsOf(items: readonly FakeUsage[]): readonly Total[] {
  const totals = new Map<string, Total>()
  for (const { type, feature, holder = null, amount } of items) {
    const key = JSON.stringify([feature, holder])
    const { consumed, reversed } = totals.get(key) ?? { consumed: 0, reversed: 0 }
    const sums =
      type === 'consumption'
        ? { consumed: consumed + amount, reversed }
        : { consumed, reversed: reversed + amount }
    const net = sums.consumed - sums.reversed
    totals.set(key, { feature, holder, ...sums, net, overage: 0, costs: [] })
  }
  return [...totals.values()]
}
