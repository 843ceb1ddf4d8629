import type { Catalog } from '../../../domain/catalog/catalog.ts'
import type { Policy } from '../../../domain/purchases/payments/policy.ts'
import type { ProductsOf } from '../../../domain/user/settling/beside-by-source.ts'
import type { PastBySeq } from '../../../domain/user/past.ts'
import type { UserState } from '../../../domain/user/user-state.ts'

/** What a command is decided on, besides the moment. */
export interface DecisionBasis {
  readonly state: UserState
  readonly catalog: Catalog
  readonly productsOf: ProductsOf
  /** The consumptions and reservations that were looked up, and those that the group has made. */
  readonly past: PastBySeq
  readonly policy: Policy
}
