import type { Policy } from '../payments/policy.ts'
import type { Register } from '../register/register.ts'
import { rightsIn } from './purchase-rights.ts'

/** A partial refund counts as none here, whatever the deployment's policy is. */
const PARTS_ARE_KEPT: Policy = {
  graceMs: 0,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}

/** Whether all that a source sold was refunded whole: then it gives nothing, whatever the catalog maps its items to. */
export function isGivenBack(register: Register): boolean {
  const rights = rightsIn(register, () => undefined, PARTS_ARE_KEPT)
  return rights.length > 0 && rights.every(({ quantity }) => quantity <= 0)
}
