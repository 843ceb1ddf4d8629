import type { Product } from '../../domain/purchases/products/product.ts'
import type { PastBySeq } from '../../domain/user/past.ts'
import type { UserState } from '../../domain/user/user-state.ts'
import type { EntitlementId } from '../../domain/values/ids.ts'
import type { LaggingSource } from './lagging-sources.ts'
import type { Receipt } from './receipts/receipt.ts'

/**
 * What a user's object remembers between two commands: a cache of D1, thrown away on any doubt.
 *
 * `receipts`, `products` and `past` hold what was looked up or written so far: what they lack may exist.
 */
export interface Memory {
  readonly state: UserState
  /** The hash of the last entry, or the genesis hash. */
  readonly hash: string
  readonly receipts: ReadonlyMap<string, Receipt>
  /** By `productKey`: those that the user's sources name. */
  readonly products: ReadonlyMap<string, Product>
  /** Only of what the group named: it is looked up for each. */
  readonly past: PastBySeq
  /** The version of the catalog that `products` are parts of. */
  readonly catalogVersion: number
  /**
   * Those of the state's entitlements that stand for spent lots that were not loaded (decision 018): none of them is named by
   * an entry as it is here.
   */
  readonly standIns: ReadonlySet<EntitlementId>
  /** Sources that had not followed a change of their product when all was loaded. */
  readonly lagging: readonly LaggingSource[]
}

/** The name under which a product is remembered; the account is the one under which the catalog knows it. */
export function productKey(provider: string, account: string, reference: string): string {
  return `${provider} ${account} ${reference}`
}
