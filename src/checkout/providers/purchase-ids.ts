import type { PurchaseId } from '../../domain/values/ids.ts'
import { providerNamed } from './provider-named.ts'

/** The ids that may be meant by one, the likeliest first: what a provider calls `12` may be kept as `order/12`. */
export function purchaseIds(provider: string, id: PurchaseId): readonly PurchaseId[] {
  const kinds = providerNamed(provider)?.kindsOfPurchase ?? []
  return [id, ...kinds.map((kind) => `${kind}/${id}`)]
}
