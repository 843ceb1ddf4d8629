import { changed, closed, completed, ended, linked, opened, refunded } from '../payloads/standard-webhooks.ts'
import type { Scenario } from '../scenario.ts'

const catalog = {
  'course-typography': ['typography'],
  'course-colour': ['colour'],
  'team-monthly': ['team'],
  'team-yearly': ['team', 'export'],
}
const twoLines = [
  { line_id: '1', product: 'course-typography', quantity: 1 },
  { line_id: '2', product: 'course-colour', quantity: 3 },
]
const april = { starts_at: '2027-04-01T00:00:00Z', ends_at: '2027-05-01T00:00:00Z' }

export const standardWebhooksScenarios: readonly Scenario[] = [
  {
    name: 'a trial is paid, renewed, and ends',
    provider: 'standard-webhooks',
    events: [
      changed(1, { status: 'trialing', user_id: 'u_ada' }),
      changed(2, { period: april }),
      changed(3, { period: april, cancel_at: '2027-04-20T00:00:00Z' }),
      ended(4, '2027-04-20T00:00:00Z'),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-04-19T23:59:59Z', features: ['team'] },
        { at: '2027-04-20T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a payment fails and is recovered, by a shop whose user is linked last',
    provider: 'standard-webhooks',
    events: [
      changed(1),
      changed(2, { status: 'past_due', period: april }),
      changed(3, { status: 'unpaid', period: april }),
      changed(4, { period: april }),
      linked(),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-04-30T23:59:59Z', features: ['team'] },
        { at: '2028-01-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'of two lines one is refunded before the purchase is told, and a refund of the other fails',
    provider: 'standard-webhooks',
    events: [
      refunded({ refund_id: 'r_1', lines: [{ line_id: '1' }] }),
      refunded({ refund_id: 'r_2', lines: [{ line_id: '2', quantity: 3 }] }),
      refunded({ refund_id: 'r_2', lines: [{ line_id: '2', quantity: 3 }], status: 'failed' }),
      completed({ lines: twoLines }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [{ at: '2027-03-02T00:00:00Z', features: ['colour'] }],
    },
  },
  {
    name: 'a disputed purchase is won, and a disputed subscription with the same number is lost',
    provider: 'standard-webhooks',
    events: [
      completed(),
      changed(1),
      opened({ type: 'purchase', id: '1001' }, { dispute_id: 'd_1' }),
      closed({ type: 'purchase', id: '1001' }, 'won', { dispute_id: 'd_1' }),
      closed({ type: 'subscription', id: '1001' }, 'lost', { dispute_id: 'd_2' }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [{ at: '2027-03-02T00:00:00Z', features: ['typography'] }],
    },
  },
  {
    name: 'a subscription is paused, resumed and switched to another plan with fewer seats',
    provider: 'standard-webhooks',
    events: [
      changed(1, { user_id: 'u_ada' }),
      changed(2, { status: 'paused' }),
      changed(3),
      changed(4, {
        items: [{ item_id: 'seat', product: 'team-yearly', quantity: 1 }],
        period: { starts_at: '2027-03-15T00:00:00Z', ends_at: '2028-03-15T00:00:00Z' },
      }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-16T00:00:00Z', features: ['export', 'team'] },
        { at: '2028-03-14T00:00:00Z', features: ['export', 'team'] },
        { at: '2029-01-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a subscription whose month was disputed and lost is paid for the next',
    provider: 'standard-webhooks',
    events: [
      changed(1, { user_id: 'u_ada' }),
      opened({ type: 'subscription', id: '1001' }, { paid_at: '2027-03-01T00:00:00Z' }),
      closed({ type: 'subscription', id: '1001' }, 'lost', { paid_at: '2027-03-01T00:00:00Z' }),
      changed(2, { period: april }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [{ at: '2027-04-15T00:00:00Z', features: ['team'] }],
    },
  },
]
