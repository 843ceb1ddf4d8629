import { EVERYONE, type Entitlement, type Terms } from './entitlement.ts'

type Known = Pick<Entitlement, 'id' | 'feature' | 'createdAt' | 'version'>

/** Returns the entitlement to what everybody has by a product: nobody bought it, and it is stopped for nobody alone. */
export function everybodysEntitlement(known: Known, product: string, terms: Terms): Entitlement {
  return {
    ...known,
    ...terms,
    source: { provider: EVERYONE, account: '', ref: product, product },
    suspendedAt: null,
    revokedAt: null,
    held: false,
    withdrawn: false,
    usageStays: false,
    metadata: null,
  }
}
