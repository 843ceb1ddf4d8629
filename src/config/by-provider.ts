/** What a list with commas says of each name: `stripe=acct_1, shopify=a.example`. */
export function byProvider(text: string): string[][] {
  const pairs = text.split(',').map((pair) => pair.trim())
  return pairs.filter((pair) => pair !== '').map((pair) => pair.split('=').map((part) => part.trim()))
}

/** All that is listed of each provider. */
export function gathered(
  pairs: readonly (readonly [string, string])[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const all = Map.groupBy(pairs, ([provider]) => provider)
  return new Map([...all].map(([provider, listed]) => [provider, new Set(listed.map(([, one]) => one))]))
}
