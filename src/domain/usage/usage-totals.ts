import type { FeatureKey } from '../values/ids.ts'
import type { CostOfAnother } from './usage-change.ts'

/** A consumption or a reversal, as it counts in sums. */
export interface UsageItem {
  readonly type: 'consumption' | 'reversal'
  readonly feature: FeatureKey
  /** Who had it; `null` for nobody, and for one that was erased. */
  readonly holder: string | null
  readonly amount: number
  /** How much of what it took no lot had, and of a reversal how much no lot had had; of the feature that it spends where it does. */
  readonly overage: number
  /** Which other feature it was taken of, and how much of that; `null` where it was its own. */
  readonly spends: CostOfAnother | null
}

/** What was consumed of a feature by a holder. What was given back counts where it was, also of consumptions of before. */
export interface UsageTotal extends Pick<UsageItem, 'feature' | 'holder'> {
  readonly consumed: number
  readonly reversed: number
  /** What no lot of its own had, less what was given back of that. */
  readonly overage: number
  /** What it took of other features, by the feature. */
  readonly costs: ReadonlyMap<FeatureKey, UsageCost>
}

/** Less what was given back. */
interface UsageCost {
  readonly cost: number
  readonly overage: number
}

interface UsageTotals {
  readonly totals: readonly UsageTotal[]
  /** How many of the items were counted: all but those from the first on with which a sum would not be exact. */
  readonly count: number
}

/** Adds items up by feature and holder, in order of their first appearance. */
export function usageTotals(items: readonly UsageItem[]): UsageTotals {
  const totals = new Map<string, UsageTotal>()
  let count = 0
  for (const item of items) {
    const { feature, holder } = item
    const key = JSON.stringify([feature, holder])
    const after = withItem(totals.get(key) ?? { ...NOTHING, feature, holder }, item)
    if (!isExact(after)) break
    totals.set(key, after)
    count += 1
  }
  return { totals: [...totals.values()], count }
}

const NOTHING = { consumed: 0, reversed: 0, overage: 0, costs: new Map<FeatureKey, UsageCost>() }

function withItem(total: UsageTotal, { type, amount, overage, spends }: UsageItem): UsageTotal {
  const [sign, sum] = type === 'consumption' ? [1, 'consumed' as const] : [-1, 'reversed' as const]
  const after = { ...total, [sum]: total[sum] + amount }
  if (spends === null) return { ...after, overage: total.overage + sign * overage }
  const before = total.costs.get(spends.feature) ?? { cost: 0, overage: 0 }
  const cost = { cost: before.cost + sign * spends.cost, overage: before.overage + sign * overage }
  return { ...after, costs: new Map(total.costs).set(spends.feature, cost) }
}

function isExact({ consumed, reversed, overage, costs }: UsageTotal): boolean {
  const ofOthers = [...costs.values()].flatMap((of) => [of.cost, of.overage])
  return [consumed, reversed, overage, ...ofOthers].every(Number.isSafeInteger)
}
