import { listOf } from './list-of.ts'

/** What a list with commas says of each name: `stripe=acct_1, shopify=a.example`. */
export function byProvider(text: string): string[][] {
  return listOf(text).map((pair) => pair.split('=').map((part) => part.trim()))
}

/** All that is listed of each provider. */
export function valuesByProvider(
  pairs: readonly (readonly [string, string])[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const all = Map.groupBy(pairs, ([provider]) => provider)
  return new Map([...all].map(([provider, own]) => [provider, new Set(own.map(([, one]) => one))]))
}
