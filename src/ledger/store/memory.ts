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

/** What a group of commands has to have looked up before a "no" may rest on its absence. */
export interface LookUpRequest {
  readonly receiptKeys: readonly string[]
  /** The account is the one under which the catalog knows the reference. */
  readonly references: readonly (readonly [provider: string, account: string, reference: string])[]
  /** Entries that recorded a consumption or a reservation. */
  readonly seqs: readonly number[]
  /** Entitlements that are created or changed by hand: lots that are spent may be among them. */
  readonly entitlements: readonly EntitlementId[]
  /** Whether what was bought is settled or released, and so lots of it that are spent. */
  readonly bought: boolean
  /** Whether a lease is renewed: another instance may have done so, of which no entry tells. */
  readonly ends: boolean
}

export const NO_LOOK_UP: LookUpRequest = {
  receiptKeys: [],
  references: [],
  seqs: [],
  entitlements: [],
  bought: false,
  ends: false,
}

/** The name under which a product is remembered; the account is the one under which the catalog knows it. */
export function productKey(provider: string, account: string, reference: string): string {
  return `${provider} ${account} ${reference}`
}
