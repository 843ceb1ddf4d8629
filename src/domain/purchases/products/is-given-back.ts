import { rightsIn } from './purchase-rights.ts'
import type { Policy } from '../payments/policy.ts'
import type { Register } from '../register/register.ts'

/** What is given back in part is not given back, whatever a deployment makes of that. */
const PARTS_ARE_KEPT: Policy = {
  graceMs: 0,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}

/** Whether nothing is left of what a source sold: then it gives nothing, whatever the catalog says of it one day. */
export function isGivenBack(register: Register): boolean {
  const rights = rightsIn(register, () => undefined, PARTS_ARE_KEPT)
  return rights.length > 0 && rights.every(({ quantity }) => quantity <= 0)
}
