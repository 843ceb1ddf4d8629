import { oneOf } from './texts.ts'
import { type Rule, Unfit } from './variable.ts'

/** What a list says of one name: `stripe=acct_1`. */
export function pairOf<const Names extends readonly string[], Value>(
  names: Names,
  rule: Rule<Value>,
): Rule<readonly [Names[number], Value]> {
  return (text) => {
    const [name, value, ...more] = text.split('=').map((part) => part.trim())
    if (name === undefined || value === undefined || more.length > 0) throw new Unfit('is not name=value')
    return [oneOf(names)(name), rule(value)]
  }
}

/** All that is listed of each provider. */
export function valuesByProvider(
  pairs: readonly (readonly [string, string])[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const all = Map.groupBy(pairs, ([provider]) => provider)
  return new Map([...all].map(([provider, own]) => [provider, new Set(own.map(([, one]) => one))]))
}
