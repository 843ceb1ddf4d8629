import type { Fact } from '../../domain/purchases/register/fact.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import { isAnyKeyKnown, waitKey } from '../../inbox/waits.ts'

/**
 * What an event has to wait for because nobody has paid for what it sells: until then it names nobody and leaves nothing
 * behind. Empty where the payment, or the purchase by anything else, has been told.
 */
export async function keysUntilPaid(
  d1: D1Database,
  of: ProviderAccount,
  facts: readonly Fact[],
): Promise<readonly string[]> {
  const keys = facts.flatMap((fact) => {
    if (fact.type !== 'purchase' || fact.isAwaited !== true || !fact.paidBy) return []
    return [waitKey.payment(fact.paidBy), waitKey.purchase(fact.ref)]
  })
  return keys.length === 0 || (await isAnyKeyKnown(d1, of, keys)) ? [] : keys
}
