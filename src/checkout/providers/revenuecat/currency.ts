import type { PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import type { Event } from './event.ts'

/**
 * Virtual currency that was credited or taken back. Its code is the reference that the catalog knows, and the product
 * gives its amount for each unit (`perQuantity`): https://www.revenuecat.com/docs/offerings/virtual-currency/events
 */
export function readCurrency(event: Event): EventReading {
  const {
    virtual_currency_transaction_id: transaction,
    adjustments,
    app_user_id,
    event_timestamp_ms: at,
  } = event
  if (!transaction) return { ...NOTHING_SAID, unknown: ['virtual_currency_transaction_id=missing'] }
  if (!adjustments) return { ...NOTHING_SAID, unknown: ['adjustments=malformed'] }
  const credits = adjustments.filter(({ amount }) => amount > 0)
  if (credits.length === 0) {
    // What is spent at RevenueCat is none of ours: https://www.revenuecat.com/docs/offerings/virtual-currency
    return { ...NOTHING_SAID, flags: adjustments.length > 0 ? ['virtual_currency_taken'] : [] }
  }
  const ref = `virtual-currency/${transaction}`
  const purchase: PurchaseFact = {
    type: 'purchase',
    ref,
    aliases: [],
    customer: app_user_id ?? null,
    version: { at, rank: 0 },
    startsAt: at,
    endsAt: null,
    lines: credits.map(({ amount, currency: { code } }) => {
      return { id: `${transaction}/${code}`, product: code, quantity: amount, ordered: amount }
    }),
  }
  return { ...NOTHING_SAID, facts: [purchase] }
}
