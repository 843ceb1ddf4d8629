import type { Sold } from '../catalog.ts'
import type { Life, Moment, Period } from '../life.ts'
import { type Teller, type Told, USER } from '../told.ts'

export const revenueCatProduct = (sold: Sold) => `${sold}.monthly`

const transactionId = (key: string) => `tx_${key}`

interface Transaction {
  readonly id: string
  readonly product: string
  readonly period: Period
}

/** Events of RevenueCat: https://www.revenuecat.com/docs/integrations/webhooks/event-types-and-fields */
export function revenueCat(_life: Life): Teller {
  let sent = 0
  const transactions = new Map<string, Transaction>()
  let newest: Transaction | undefined
  const event = (type: string, at: Moment, { id, product, period }: Transaction, more: object = {}): Told => {
    sent += 1
    const body = {
      api_version: '1.0',
      event: {
        id: `ev_${sent}`,
        type,
        event_timestamp_ms: at,
        environment: 'PRODUCTION',
        store: 'APP_STORE',
        app_user_id: USER,
        original_app_user_id: USER,
        aliases: [USER],
        product_id: product,
        entitlement_ids: ['reader'],
        period_type: period.kind === 'trial' ? 'TRIAL' : 'NORMAL',
        purchased_at_ms: period.startsAt,
        expiration_at_ms: period.endsAt,
        transaction_id: id,
        original_transaction_id: transactionId('p0'),
        is_family_share: false,
        ...more,
      },
    }
    return { at, type, delivery: { body } }
  }
  const begin = (key: string, period: Period, plan: Sold): Transaction => {
    newest = { id: transactionId(key), product: revenueCatProduct(plan), period }
    transactions.set(key, newest)
    return newest
  }
  const current = (): Transaction => {
    if (newest === undefined) throw new Error('Nothing was bought')
    return newest
  }

  return (happening) => {
    const { type, at } = happening
    switch (type) {
      case 'bought': {
        const { period, basket, latest } = happening.after
        return [event('INITIAL_PURCHASE', at, begin(latest, period, basket.plan))]
      }
      case 'paid': {
        const { payment, after, isUpgrade, isConversion } = happening
        const before = current()
        const paid = begin(payment.key, after.period, after.basket.plan)
        const renewal = event('RENEWAL', at, paid, { is_trial_conversion: isConversion })
        if (!isUpgrade) return [renewal]
        return [event('PRODUCT_CHANGE', at, before, { new_product_id: paid.product }), renewal]
      }
      case 'failed': {
        const { storeGraceEndsAt } = happening
        const failed = current()
        const waits = storeGraceEndsAt !== undefined && storeGraceEndsAt > at
        const issue = event('BILLING_ISSUE', at, failed, {
          grace_period_expiration_at_ms: waits ? storeGraceEndsAt : null,
        })
        const cancelled = event('CANCELLATION', at, failed, { cancel_reason: 'BILLING_ERROR' })
        if (waits) return [issue, cancelled]
        return [issue, cancelled, event('EXPIRATION', at, failed, { expiration_reason: 'BILLING_ERROR' })]
      }
      case 'gave_up':
        return [event('EXPIRATION', at, current(), { expiration_reason: 'BILLING_ERROR' })]
      case 'change_planned':
        return [event('PRODUCT_CHANGE', at, current(), { new_product_id: revenueCatProduct(happening.plan) })]
      case 'cancel_scheduled':
        return [event('CANCELLATION', at, current(), { cancel_reason: 'UNSUBSCRIBE' })]
      case 'uncancelled':
        return [event('UNCANCELLATION', at, current())]
      case 'ended':
        return [event('EXPIRATION', at, current(), { expiration_reason: 'UNSUBSCRIBE' })]
      case 'refunded': {
        const refunded = transactions.get(happening.payment.key)
        if (refunded === undefined) throw new Error('What was never bought is given back')
        return [event('CANCELLATION', at, refunded, { cancel_reason: 'CUSTOMER_SUPPORT' })]
      }
      case 'moved':
      case 'changed':
      case 'change_settled':
      case 'paused':
      case 'resumed':
      case 'touched':
      case 'extra_paid':
      case 'disputed':
      case 'dispute_won':
      case 'dispute_lost':
      case 'refund_failed':
      case 'line_refunded':
        throw new Error(`RevenueCat does not say that something ${type}`)
    }
  }
}
