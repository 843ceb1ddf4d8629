import { purchaseIds } from '../../checkout/providers/purchase-ids.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { decidePurchase } from '../../owners/decide-purchase.ts'
import { knownPurchaseIds } from '../../owners/known-purchase-ids.ts'
import { purchaseByIds } from '../../owners/purchase.ts'
import { type Caller, isUsersOwn } from '../caller.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { AppServices } from '../services.ts'
import { purchaseToWire } from '../wire/purchase-to-wire.ts'

/** A purchase, by any id under which its provider speaks of it. */
interface PurchaseKey extends ProviderAccount {
  readonly id: string
}

type PurchaseServices = Pick<AppServices, 'db' | 'now'>

/** What has become of a purchase, as far as the caller may know. */
export function getPurchase(services: PurchaseServices, purchase: PurchaseKey, caller: Caller) {
  return lookUp(services, purchase, isUsersOwn(caller) ? caller.users : null)
}

/** Says whose a purchase is; `null` takes that back. Throws `purchase_not_found` or `purchase_ambiguous`. */
export async function putPurchaseUser(
  services: PurchaseServices & Pick<AppServices, 'checkout' | 'waitUntil'>,
  purchase: PurchaseKey,
  userId: UserId | null,
) {
  const { db, now, checkout, waitUntil } = services
  const { id, ...of } = purchase
  const ids = await knownPurchaseIds(db, of, purchaseIds(of.provider, id))
  if (ids.length > 1) throw new ProblemError('purchase_ambiguous', { ids })
  const at = now()
  const decided = await decidePurchase(db, of, { ids, userId, now: at })
  if (decided.type === 'unknown') throw new ProblemError('purchase_not_found')
  if (decided.change !== null) waitUntil(checkout.follow(decided.change))
  waitUntil(checkout.followUp({ what: 'customer', at }))
  return lookUp(services, purchase, null)
}

/** Of several purchases that a number may mean, the first that the caller may know of; `onlyOf` is null where all may be known. */
async function lookUp(
  { db, now }: PurchaseServices,
  purchase: PurchaseKey,
  onlyOf: readonly UserId[] | null,
) {
  const { id, ...of } = purchase
  const question = { ...purchase, onlyOf }
  for (const known of await knownPurchaseIds(db, of, purchaseIds(of.provider, id))) {
    const found = purchaseToWire(question, await purchaseByIds(db, of, [known], now()))
    if (found.state !== 'unknown') return found
  }
  return purchaseToWire(question, null)
}
