import type { Json } from '../values/json.ts'
import type { Allowance } from './entitlement.ts'

/** What the values of several rights become. */
interface CombinedValue<Right> {
  readonly value: Json
  /** The rights that give it, in their order. */
  readonly by: readonly Right[]
}

type OfConfig<Right> = Right & { readonly allowance: Extract<Allowance, { type: 'config' }> }

/**
 * Returns the value of several rights to a config feature, which are in order of precedence; `null` where the latest counts.
 * A greatest or smallest number is by those who have it, a sum and a union are by all. What some purchases would add up to
 * beyond a whole number that is exact stops there. A union has each member once, where it comes first.
 */
export function combinedValue<Right>(rights: readonly OfConfig<Right>[]): CombinedValue<Right> | null {
  switch (rights[0]?.allowance.combine) {
    case undefined:
      return null
    case 'max':
      return byThose(rights, Math.max(...numbersOf(rights)))
    case 'min':
      return byThose(rights, Math.min(...numbersOf(rights)))
    case 'sum':
      return { value: exactSum(numbersOf(rights)), by: rights }
    case 'union': {
      const all = rights.flatMap(
        ({ allowance: { value } }) => (Array.isArray(value) ? value : [value]) as Json[],
      )
      return { value: [...new Map(all.map((one) => [JSON.stringify(one), one])).values()], by: rights }
    }
  }
}

function byThose<Right>(rights: readonly OfConfig<Right>[], value: number): CombinedValue<Right> {
  return { value, by: rights.filter(({ allowance }) => allowance.value === value) }
}

function numbersOf(rights: readonly OfConfig<unknown>[]): readonly number[] {
  return rights.map(({ allowance: { value } }) => (typeof value === 'number' ? value : 0))
}

/** Exact whatever the order, also where the parts go beyond and come back. */
function exactSum(numbers: readonly number[]): number {
  const sum = numbers.reduce((total, one) => total + BigInt(one), 0n)
  return Number(sum < -MAX ? -MAX : sum > MAX ? MAX : sum)
}

const MAX = BigInt(Number.MAX_SAFE_INTEGER)
