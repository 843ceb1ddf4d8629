import { type Entitlement, isManaged } from '../../entitlements/entitlement.ts'
import { type SourceKey, isSameSource } from '../register/source-key.ts'

/** Whether a source gives an entitlement, now or before. A grant by hand may have the name of a plan, and is none of its. */
export function isGivenBy(entitlement: Pick<Entitlement, 'source'>, source: SourceKey): boolean {
  return isManaged(entitlement) && isSameSource(entitlement.source, source)
}
