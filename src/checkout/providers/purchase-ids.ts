/** Providers who count things of several kinds each from 1: how a purchase may be meant by a number alone. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['lemonsqueezy', ['order']],
  ['standard-webhooks', ['purchase', 'subscription']],
])

/** The ids that may be meant by one, the likeliest first: what a provider calls `12` may be kept as `order/12`. */
export function purchaseIds(provider: string, id: string): readonly string[] {
  return [id, ...(KINDS.get(provider) ?? []).map((kind) => `${kind}/${id}`)]
}
