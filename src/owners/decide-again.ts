import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId } from '../domain/values/ids.ts'
import type { OwnerChange } from './change-user.ts'
import { type OwnerDeps, claimPurchaseIds } from './claim-purchase-ids.ts'
import { sourcesThatCameTo } from './transfers.ts'

/** What came of it that whose purchases are was decided anew. */
export interface DecidedAgain {
  readonly changes: readonly OwnerChange[]
  /** Whether a transfer may have taken more than is clear. */
  readonly isUnclear: boolean
}

/** A claim that tells nothing: whose the purchase is, what is known decides. */
const NOTHING_CLAIMED = {
  customerId: null,
  names: [],
  isKept: false,
  isNaming: false,
  isHandLifted: false,
} as const

/** Decides anew whose all is that a customer had, or that came to them: once a transfer, or something beside it, is told. */
export async function decideAgain(
  { d1, now, only }: OwnerDeps,
  of: ProviderAccount,
  customerId: CustomerId,
): Promise<DecidedAgain> {
  const changes: OwnerChange[] = []
  let isUnclear = false
  let sourceIds = await sourcesThatCameTo(d1, of, customerId)
  while (sourceIds.length > 0) {
    for (const sourceId of sourceIds) {
      const outcome = await claimPurchaseIds(d1, of, { ...NOTHING_CLAIMED, ids: [sourceId] }, now(), only)
      if (outcome.change !== null) changes.push(outcome.change)
      isUnclear ||= outcome.isUnclear
    }
    sourceIds = await sourcesThatCameTo(d1, of, customerId, sourceIds.at(-1))
  }
  return { changes, isUnclear }
}
