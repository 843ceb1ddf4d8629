import type { Delivery } from '../scenario.ts'

let sent = 0

/** An event as RevenueCat sends it; what is given takes the place of what is usual. */
export function event(type: string, at: string, says: Readonly<Record<string, unknown>> = {}): Delivery {
  sent += 1
  return {
    body: {
      api_version: '1.0',
      event: {
        id: `6f1d2c3b-0000-4000-8000-${String(sent).padStart(12, '0')}`,
        type,
        event_timestamp_ms: ms(at),
        app_id: 'app4f3e2d1c',
        app_user_id: 'u_ada',
        original_app_user_id: '$RCAnonymousID:0f0f0f0f0f0f4f0f8f0f0f0f0f0f0f0f',
        aliases: ['$RCAnonymousID:0f0f0f0f0f0f4f0f8f0f0f0f0f0f0f0f', 'u_ada'],
        environment: 'PRODUCTION',
        store: 'APP_STORE',
        product_id: 'reader.monthly',
        entitlement_id: null,
        entitlement_ids: ['reader'],
        period_type: 'NORMAL',
        transaction_id: '430001000000001',
        original_transaction_id: '430001000000001',
        purchased_at_ms: ms('2027-03-01T08:00:00Z'),
        expiration_at_ms: ms('2027-04-01T08:00:00Z'),
        is_family_share: false,
        country_code: 'NL',
        currency: 'EUR',
        price: 5.49,
        price_in_purchased_currency: 4.99,
        subscriber_attributes: {},
        ...says,
      },
    },
  }
}

/** All that a transfer has: it is of no product and of no single customer. */
export function transfer(at: string, from: readonly string[], to: readonly string[]): Delivery {
  sent += 1
  return {
    body: {
      api_version: '1.0',
      event: {
        id: `6f1d2c3b-0000-4000-8000-${String(sent).padStart(12, '0')}`,
        type: 'TRANSFER',
        event_timestamp_ms: ms(at),
        app_id: 'app4f3e2d1c',
        store: 'APP_STORE',
        transferred_from: from,
        transferred_to: to,
        subscriber_attributes: {},
      },
    },
  }
}

export function ms(at: string): number {
  return Date.parse(at)
}
