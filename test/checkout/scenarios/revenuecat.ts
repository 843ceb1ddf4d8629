import { event, ms, transfer } from '../payloads/revenuecat.ts'
import type { Scenario } from '../scenario.ts'

const catalog = {
  'reader.monthly': ['reading'],
  'reader.yearly': ['reading', 'offline'],
  'type.pack': ['fonts'],
}
const april = {
  transaction_id: '430001000000002',
  purchased_at_ms: ms('2027-04-01T08:00:00Z'),
  expiration_at_ms: ms('2027-05-01T08:00:00Z'),
}
const ANONYMOUS = '$RCAnonymousID:0f0f0f0f0f0f4f0f8f0f0f0f0f0f0f0f'

export const revenuecatScenarios: readonly Scenario[] = [
  {
    name: 'a trial converts, is paid, and the payment is refunded',
    provider: 'revenuecat',
    events: [
      event('INITIAL_PURCHASE', '2027-03-01T08:00:02Z', {
        period_type: 'TRIAL',
        expiration_at_ms: ms('2027-03-08T08:00:00Z'),
      }),
      event('RENEWAL', '2027-03-07T20:00:00Z', {
        ...april,
        is_trial_conversion: true,
        purchased_at_ms: ms('2027-03-08T08:00:00Z'),
        expiration_at_ms: ms('2027-04-08T08:00:00Z'),
      }),
      event('CANCELLATION', '2027-03-10T08:00:00Z', {
        ...april,
        cancel_reason: 'CUSTOMER_SUPPORT',
        purchased_at_ms: ms('2027-03-08T08:00:00Z'),
        expiration_at_ms: ms('2027-04-08T08:00:00Z'),
        price: -5.49,
      }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-07T00:00:00Z', features: [] },
        { at: '2027-03-10T08:00:00Z', features: [] },
        { at: '2027-03-20T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a payment fails, the store gives grace, and it is recovered',
    provider: 'revenuecat',
    events: [
      event('INITIAL_PURCHASE', '2027-03-01T08:00:02Z'),
      event('BILLING_ISSUE', '2027-04-01T08:00:05Z', {
        grace_period_expiration_at_ms: ms('2027-04-17T08:00:00Z'),
      }),
      event('CANCELLATION', '2027-04-01T08:00:05Z', { cancel_reason: 'BILLING_ERROR' }),
      event('RENEWAL', '2027-04-05T10:00:00Z', april),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-04-06T00:00:00Z', features: ['reading'] },
        { at: '2027-04-20T00:00:00Z', features: ['reading'] },
        { at: '2027-08-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a payment fails without grace: three events of one moment',
    provider: 'revenuecat',
    events: [
      event('INITIAL_PURCHASE', '2027-03-01T08:00:02Z'),
      event('BILLING_ISSUE', '2027-04-01T08:00:05Z', { grace_period_expiration_at_ms: null }),
      event('CANCELLATION', '2027-04-01T08:00:05Z', { cancel_reason: 'BILLING_ERROR' }),
      event('EXPIRATION', '2027-04-01T08:00:05Z', { expiration_reason: 'BILLING_ERROR' }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-04-01T07:59:59Z', features: ['reading'] },
        { at: '2027-04-01T08:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'it is cancelled, uncancelled and then changed to another product',
    provider: 'revenuecat',
    events: [
      event('INITIAL_PURCHASE', '2027-03-01T08:00:02Z', { app_user_id: ANONYMOUS }),
      event('CANCELLATION', '2027-03-05T08:00:00Z', { cancel_reason: 'UNSUBSCRIBE' }),
      event('UNCANCELLATION', '2027-03-06T08:00:00Z'),
      event('PRODUCT_CHANGE', '2027-03-07T08:00:00.100Z', { new_product_id: 'reader.yearly' }),
      event('RENEWAL', '2027-03-07T08:00:00Z', {
        ...april,
        product_id: 'reader.yearly',
        purchased_at_ms: ms('2027-03-07T08:00:00Z'),
        expiration_at_ms: ms('2028-03-07T08:00:00Z'),
      }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-08T00:00:00Z', features: ['offline', 'reading'] },
        { at: '2028-03-07T07:59:59Z', features: ['offline', 'reading'] },
        { at: '2029-01-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'it is transferred to another customer, who renews it',
    provider: 'revenuecat',
    events: [
      event('INITIAL_PURCHASE', '2027-03-01T08:00:02Z'),
      transfer('2027-03-20T08:00:00Z', [ANONYMOUS, 'u_ada'], ['$RCAnonymousID:1a1a', 'u_grace']),
      event('RENEWAL', '2027-04-01T08:00:01Z', {
        ...april,
        app_user_id: 'u_grace',
        original_app_user_id: '$RCAnonymousID:1a1a',
        aliases: ['$RCAnonymousID:1a1a', 'u_grace'],
      }),
    ],
    catalog,
    expected: {
      userId: 'u_grace',
      access: [
        { at: '2027-04-02T00:00:00Z', features: ['reading'] },
        { at: '2027-08-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a pause begins with the expiration and ends with a renewal',
    provider: 'revenuecat',
    events: [
      event('INITIAL_PURCHASE', '2027-03-01T08:00:02Z', { store: 'PLAY_STORE' }),
      event('SUBSCRIPTION_PAUSED', '2027-03-15T08:00:00Z', {
        store: 'PLAY_STORE',
        auto_resume_at_ms: ms('2027-06-01T08:00:00Z'),
      }),
      event('EXPIRATION', '2027-04-01T08:00:03Z', {
        store: 'PLAY_STORE',
        expiration_reason: 'SUBSCRIPTION_PAUSED',
      }),
      event('RENEWAL', '2027-06-01T08:00:02Z', {
        ...april,
        store: 'PLAY_STORE',
        purchased_at_ms: ms('2027-06-01T08:00:00Z'),
        expiration_at_ms: ms('2027-07-01T08:00:00Z'),
      }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-05-01T00:00:00Z', features: [] },
        { at: '2027-06-15T00:00:00Z', features: ['reading'] },
      ],
    },
  },
  {
    name: 'a purchase for life is refunded, and the refund is reversed',
    provider: 'revenuecat',
    events: [
      event('NON_RENEWING_PURCHASE', '2027-03-01T08:00:02Z', {
        product_id: 'type.pack',
        expiration_at_ms: null,
      }),
      event('CANCELLATION', '2027-03-09T08:00:00Z', {
        product_id: 'type.pack',
        cancel_reason: 'CUSTOMER_SUPPORT',
        expiration_at_ms: null,
      }),
      event('REFUND_REVERSED', '2027-03-12T08:00:00Z', { product_id: 'type.pack', expiration_at_ms: null }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-13T00:00:00Z', features: ['fonts'] },
        { at: '2040-01-01T00:00:00Z', features: ['fonts'] },
      ],
    },
  },
]
