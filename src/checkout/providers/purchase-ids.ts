import { providerNamed } from './provider-named.ts'

/** The ids that may be meant by one, the likeliest first: what a provider calls `12` may be kept as `order/12`. */
export function purchaseIds(provider: string, id: string): readonly string[] {
  const kinds = providerNamed(provider)?.kindsOfPurchase ?? []
  return [id, ...kinds.map((kind) => `${kind}/${id}`)]
}
