import {
  adjustment,
  event,
  MONTHLY,
  SETUP,
  subscription,
  SUBSCRIPTION,
  SUPPORT,
  transaction,
  YEARLY,
} from '../payloads/paddle.ts'
import type { Scenario } from '../scenario.ts'

const catalog = {
  [MONTHLY]: ['reading'],
  [YEARLY]: ['reading', 'offline'],
  [SUPPORT]: ['support'],
  [SETUP]: ['setup'],
}

const JANUARY = ['2027-01-10T09:00:00.449123Z', '2027-02-10T09:00:00.449123Z'] as const
const FEBRUARY = ['2027-02-10T09:00:00.449123Z', '2027-03-10T09:00:00.449123Z'] as const
const MARCH = ['2027-03-10T09:00:00.449123Z', '2027-04-10T09:00:00.449123Z'] as const

/** The payment of a month, and the refund of all or a part of it. */
function paid(id: string, period: readonly [string, string], origin = 'subscription_recurring') {
  return transaction({
    id: `txn_${id}`,
    origin,
    subscription: SUBSCRIPTION,
    period,
    billedAt: period[0],
    userId: 'u_ada',
    lines: [{ id: `txnitm_${id}`, price: MONTHLY, total: 2261 }],
  })
}

function refunded(id: string, transaction: string, total: number, type: string, status = 'approved') {
  const items = [{ line: `txnitm_${transaction}`, total }]
  return adjustment({
    id,
    action: 'refund',
    type,
    status,
    transaction: `txn_${transaction}`,
    subscription: SUBSCRIPTION,
    items,
  })
}

export const paddleScenarios: readonly Scenario[] = [
  {
    name: 'a trial is paid, cancelled for its end, and the payment is refunded',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'trialing', period: JANUARY, transactionId: 'txn_jan', userId: 'u_ada' }),
      ),
      event(
        'subscription.activated',
        '2027-02-10T09:00:03.000001Z',
        subscription({ status: 'active', period: FEBRUARY, userId: 'u_ada' }),
      ),
      event('transaction.completed', '2027-02-10T09:00:09.000001Z', paid('feb', FEBRUARY)),
      event(
        'subscription.updated',
        '2027-02-12T10:00:00.000001Z',
        subscription({
          status: 'active',
          period: FEBRUARY,
          change: { action: 'cancel', effective_at: FEBRUARY[1] },
          userId: 'u_ada',
        }),
      ),
      event(
        'adjustment.created',
        '2027-02-12T11:00:00.000001Z',
        refunded('adj_feb', 'feb', 2261, 'full', 'pending_approval'),
      ),
      event('adjustment.updated', '2027-02-12T12:00:00.000001Z', refunded('adj_feb', 'feb', 2261, 'full')),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-02-09T00:00:00Z', features: [] },
        { at: '2027-03-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a renewal is told active, past due, and active again once it is paid',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, transactionId: 'txn_jan', userId: 'u_ada' }),
      ),
      event(
        'subscription.updated',
        '2027-02-10T09:00:01.000100Z',
        subscription({ status: 'active', period: FEBRUARY }),
      ),
      event(
        'subscription.updated',
        '2027-02-10T09:00:07.123456Z',
        subscription({ status: 'past_due', period: FEBRUARY }),
      ),
      event(
        'subscription.past_due',
        '2027-02-10T09:00:07.123789Z',
        subscription({ status: 'past_due', period: FEBRUARY }),
      ),
      event(
        'subscription.updated',
        '2027-02-14T18:00:00.000001Z',
        subscription({ status: 'active', period: FEBRUARY }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-09T00:00:00Z', features: [] },
        { at: '2027-02-20T00:00:00Z', features: ['reading'] },
        { at: '2027-03-10T09:00:00.448Z', features: ['reading'] },
        { at: '2027-04-10T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a renewal is never paid, and the subscription ends by it',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, userId: 'u_ada' }),
      ),
      event(
        'subscription.past_due',
        '2027-02-10T09:00:07.000001Z',
        subscription({ status: 'past_due', period: FEBRUARY }),
      ),
      event(
        'subscription.canceled',
        '2027-03-12T09:00:07.000001Z',
        subscription({ status: 'canceled', period: null, canceledAt: '2027-03-12T09:00:06.787929969Z' }),
      ),
      // Sent before, but told of a later moment: an ended subscription never comes back.
      event(
        'subscription.updated',
        '2027-03-12T09:00:08.000001Z',
        subscription({ status: 'past_due', period: MARCH }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-20T00:00:00Z', features: ['reading'] },
        { at: '2027-03-12T09:00:07Z', features: [] },
        { at: '2027-03-13T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a pause is scheduled, begins, and is resumed in a period of its own',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, userId: 'u_ada' }),
      ),
      event(
        'subscription.updated',
        '2027-01-15T09:00:02.000001Z',
        subscription({
          status: 'active',
          period: JANUARY,
          change: { action: 'pause', effective_at: JANUARY[1], resume_at: MARCH[0] },
        }),
      ),
      event(
        'subscription.paused',
        '2027-02-10T09:00:02.000001Z',
        subscription({
          status: 'paused',
          period: null,
          pausedAt: FEBRUARY[0],
          change: { action: 'resume', effective_at: MARCH[0] },
        }),
      ),
      event(
        'subscription.resumed',
        '2027-03-10T09:00:02.000001Z',
        subscription({ status: 'active', period: MARCH }),
      ),
      event('transaction.completed', '2027-03-10T09:00:04.000001Z', paid('mar', MARCH)),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-20T00:00:00Z', features: ['reading'] },
        { at: '2027-05-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a cancellation is taken back, and who it is comes last',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, transactionId: 'txn_jan' }),
      ),
      event(
        'subscription.updated',
        '2027-01-12T09:00:02.000001Z',
        subscription({
          status: 'active',
          period: JANUARY,
          change: { action: 'cancel', effective_at: JANUARY[1] },
        }),
      ),
      event(
        'subscription.updated',
        '2027-01-13T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY }),
      ),
      event(
        'subscription.updated',
        '2027-02-10T09:00:02.000001Z',
        subscription({ status: 'active', period: FEBRUARY }),
      ),
      event('transaction.completed', '2027-02-10T09:00:05.000001Z', paid('feb', FEBRUARY)),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-20T00:00:00Z', features: ['reading'] },
        { at: '2027-03-10T09:00:00.448Z', features: ['reading'] },
        { at: '2027-04-10T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'one checkout sells a subscription and a setup, and a later renewal is refunded',
    provider: 'paddle',
    events: [
      event(
        'transaction.completed',
        '2027-01-10T09:00:01.000001Z',
        transaction({
          id: 'txn_jan',
          origin: 'web',
          subscription: SUBSCRIPTION,
          billedAt: JANUARY[0],
          userId: 'u_ada',
          lines: [
            { id: 'txnitm_jan', price: MONTHLY, total: 2261 },
            { id: 'txnitm_setup', price: SETUP, total: 9900, once: true },
          ],
        }),
      ),
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({
          status: 'active',
          period: JANUARY,
          transactionId: 'txn_jan',
          userId: 'u_ada',
          items: [{ price: MONTHLY }, { price: SETUP, recurring: false }],
        }),
      ),
      event(
        'subscription.updated',
        '2027-02-10T09:00:02.000001Z',
        subscription({ status: 'active', period: FEBRUARY }),
      ),
      event('transaction.completed', '2027-02-10T09:00:05.000001Z', paid('feb', FEBRUARY)),
      event('adjustment.updated', '2027-02-11T12:00:00.000001Z', refunded('adj_feb', 'feb', 2261, 'full')),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-09T00:00:00Z', features: [] },
        { at: '2027-02-12T00:00:00Z', features: ['setup'] },
        { at: '2028-01-01T00:00:00Z', features: ['setup'] },
      ],
    },
  },
  {
    name: 'the refund of a month does not reach into the next, and its two parts are its whole',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, userId: 'u_ada' }),
      ),
      event('transaction.completed', '2027-01-10T09:00:03.000001Z', paid('jan', JANUARY, 'web')),
      event('adjustment.created', '2027-01-20T12:00:00.000001Z', refunded('adj_one', 'jan', 261, 'partial')),
      event('adjustment.created', '2027-01-21T12:00:00.000001Z', refunded('adj_two', 'jan', 2000, 'partial')),
      event(
        'subscription.updated',
        '2027-02-10T09:00:02.000001Z',
        subscription({ status: 'active', period: FEBRUARY }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-02-20T00:00:00Z', features: ['reading'] },
        { at: '2027-04-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'two things are bought at once, one is charged back and won, the other is refunded',
    provider: 'paddle',
    events: [
      event(
        'transaction.completed',
        '2027-01-10T09:00:01.000001Z',
        transaction({
          id: 'txn_once',
          origin: 'web',
          billedAt: '2027-01-10T09:00:00.000001Z',
          userId: 'u_ada',
          lines: [
            { id: 'txnitm_setup', price: SETUP, total: 9900, once: true },
            { id: 'txnitm_support', price: SUPPORT, total: 4900, once: true },
          ],
        }),
      ),
      event(
        'adjustment.created',
        '2027-01-15T09:00:00.000001Z',
        adjustment({
          id: 'adj_back',
          action: 'chargeback',
          transaction: 'txn_once',
          items: [
            { line: 'txnitm_setup', total: 9900 },
            { line: 'txnitm_support', total: 4900 },
          ],
        }),
      ),
      event(
        'adjustment.created',
        '2027-01-25T09:00:00.000001Z',
        adjustment({
          id: 'adj_won',
          action: 'chargeback_reverse',
          transaction: 'txn_once',
          items: [
            { line: 'txnitm_setup', total: 9900 },
            { line: 'txnitm_support', total: 4900 },
          ],
        }),
      ),
      event(
        'adjustment.updated',
        '2027-01-30T09:00:00.000001Z',
        adjustment({
          id: 'adj_support',
          action: 'refund',
          type: 'partial',
          transaction: 'txn_once',
          items: [{ line: 'txnitm_support', total: 4900 }],
        }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-10T08:59:59Z', features: [] },
        { at: '2027-01-10T09:00:00Z', features: ['setup'] },
        { at: '2030-01-10T09:00:00Z', features: ['setup'] },
      ],
    },
  },
  {
    name: 'the plan is switched, support comes and goes, and the difference is refunded',
    provider: 'paddle',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, userId: 'u_ada' }),
      ),
      event(
        'subscription.updated',
        '2027-01-15T09:00:02.000001Z',
        subscription({
          status: 'active',
          period: JANUARY,
          items: [{ price: YEARLY, quantity: 3 }, { price: SUPPORT }],
        }),
      ),
      event(
        'transaction.completed',
        '2027-01-15T09:00:04.000001Z',
        transaction({
          id: 'txn_switch',
          origin: 'subscription_update',
          subscription: SUBSCRIPTION,
          period: ['2027-01-15T09:00:02.000001Z', JANUARY[1]],
          billedAt: '2027-01-15T09:00:02.000001Z',
          lines: [{ id: 'txnitm_switch', price: YEARLY, total: 700, prorated: true }],
        }),
      ),
      event(
        'adjustment.created',
        '2027-01-16T09:00:04.000001Z',
        adjustment({
          id: 'adj_switch',
          action: 'refund',
          transaction: 'txn_switch',
          subscription: SUBSCRIPTION,
          items: [{ line: 'txnitm_switch', total: 700, prorated: true }],
        }),
      ),
      event(
        'subscription.updated',
        '2027-01-17T09:00:02.000001Z',
        subscription({ status: 'active', period: JANUARY, items: [{ price: YEARLY, quantity: 2 }] }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-20T00:00:00Z', features: ['offline', 'reading'] },
        { at: '2027-03-10T00:00:00Z', features: [] },
      ],
    },
  },
]
