import {
  BASIC,
  BOOK,
  customerState,
  event,
  order,
  PRO,
  refund,
  subscription,
  SUBSCRIPTION,
} from '../payloads/polar.ts'
import type { Scenario } from '../scenario.ts'

const catalog = { [BASIC]: ['reading'], [PRO]: ['reading', 'offline'], [BOOK]: ['book'] }

const JANUARY = ['2027-01-10T09:00:00Z', '2027-02-10T09:00:00Z'] as const
const FEBRUARY = ['2027-02-10T09:00:00Z', '2027-03-10T09:00:00Z'] as const
const MARCH = ['2027-03-15T09:00:00Z', '2027-04-15T09:00:00Z'] as const
const ORDER = '5b0c1d9a-4444-4c6e-9a51-000000000001'
const RENEWAL = '5b0c1d9a-4444-4c6e-9a51-000000000002'
const REFUND = '5b0c1d9a-5555-4c6e-9a51-000000000001'

/** A subscription as it was after a change. */
function changed(type: string, at: string, says: Parameters<typeof subscription>[0]) {
  return event(type, at, subscription({ modifiedAt: at, externalId: 'u_ada', ...says }))
}

const first = {
  id: ORDER,
  reason: 'subscription_create',
  createdAt: '2027-01-10T09:00:01Z',
  product: BASIC,
  subscription: SUBSCRIPTION,
}
const renewal = {
  id: RENEWAL,
  reason: 'subscription_cycle',
  createdAt: '2027-02-10T09:00:20Z',
  product: BASIC,
  subscription: SUBSCRIPTION,
}
const book = { id: ORDER, reason: 'purchase', createdAt: '2027-01-10T09:00:01Z', externalId: 'u_ada' }

export const polarScenarios: readonly Scenario[] = [
  {
    name: 'a trial converts, is paid, and the payment is refunded',
    provider: 'polar',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:00.500000Z',
        subscription({ status: 'trialing', trialEnd: JANUARY[1], externalId: 'u_ada' }),
      ),
      changed('subscription.cycled', '2027-02-10T09:00:10Z', { status: 'active', period: FEBRUARY }),
      event(
        'order.created',
        '2027-02-10T09:00:20Z',
        order({
          ...renewal,
          status: 'pending',
          embedded: subscription({ status: 'trialing', trialEnd: JANUARY[1] }),
        }),
      ),
      event('order.paid', '2027-02-10T09:00:40Z', order({ ...renewal, modifiedAt: '2027-02-10T09:00:40Z' })),
      event(
        'order.refunded',
        '2027-02-12T09:00:00Z',
        order({ ...renewal, status: 'refunded', refunded: 1900, modifiedAt: '2027-02-12T09:00:00Z' }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-02-09T00:00:00Z', features: [] },
        { at: '2027-02-20T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a renewal is not paid, and paid at a later try',
    provider: 'polar',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:00.500000Z',
        subscription({ status: 'active', externalId: 'u_ada' }),
      ),
      changed('subscription.cycled', '2027-02-10T09:00:10Z', { status: 'active', period: FEBRUARY }),
      changed('subscription.past_due', '2027-02-10T09:01:00Z', { status: 'past_due', period: FEBRUARY }),
      event('order.paid', '2027-02-14T09:00:00Z', order({ ...renewal, modifiedAt: '2027-02-14T09:00:00Z' })),
      changed('subscription.active', '2027-02-14T09:00:01Z', { status: 'active', period: FEBRUARY }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-09T00:00:00Z', features: [] },
        { at: '2027-02-20T00:00:00Z', features: ['reading'] },
        { at: '2027-03-10T08:59:59Z', features: ['reading'] },
        { at: '2027-04-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'no try is paid: it is revoked as unpaid, and then reinstated by its id',
    provider: 'polar',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:00.500000Z',
        subscription({ status: 'active', externalId: 'u_ada' }),
      ),
      changed('subscription.past_due', '2027-02-10T09:01:00Z', { status: 'past_due', period: FEBRUARY }),
      changed('subscription.revoked', '2027-03-03T09:00:00Z', { status: 'unpaid', period: FEBRUARY }),
      changed('subscription.revoked', '2027-03-05T09:00:00Z', {
        status: 'canceled',
        period: FEBRUARY,
        endsAt: '2027-03-05T09:00:00Z',
        endedAt: '2027-03-05T09:00:00Z',
      }),
      changed('subscription.active', '2027-03-15T09:00:00.250000Z', { status: 'active', period: MARCH }),
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
    name: 'a cancellation is taken back, and made again until it is over',
    provider: 'polar',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:00.500000Z',
        subscription({ status: 'active', externalId: 'u_ada' }),
      ),
      changed('subscription.canceled', '2027-01-12T09:00:00Z', {
        status: 'active',
        cancelAtPeriodEnd: true,
        endsAt: JANUARY[1],
      }),
      changed('subscription.uncanceled', '2027-01-13T09:00:00Z', { status: 'active' }),
      changed('subscription.canceled', '2027-01-14T09:00:00Z', {
        status: 'active',
        cancelAtPeriodEnd: true,
        endsAt: JANUARY[1],
      }),
      changed('subscription.revoked', '2027-02-10T09:00:30Z', {
        status: 'canceled',
        cancelAtPeriodEnd: true,
        endsAt: JANUARY[1],
        endedAt: '2027-02-10T09:00:30Z',
      }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-20T00:00:00Z', features: ['reading'] },
        { at: '2027-02-10T09:00:29Z', features: ['reading'] },
        { at: '2027-02-10T09:00:30Z', features: [] },
        { at: '2027-02-11T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'it pauses at the end of its period, and resumes in another plan with seats',
    provider: 'polar',
    events: [
      event(
        'subscription.created',
        '2027-01-10T09:00:00.500000Z',
        subscription({ status: 'active', externalId: 'u_ada' }),
      ),
      changed('subscription.updated', '2027-01-12T09:00:00Z', {
        status: 'active',
        pauseAtPeriodEnd: true,
      }),
      changed('subscription.paused', '2027-02-10T09:00:30Z', { status: 'paused' }),
      changed('subscription.resumed', '2027-03-15T09:00:00Z', { status: 'active', period: MARCH }),
      changed('subscription.updated', '2027-03-16T09:00:00Z', {
        status: 'active',
        period: MARCH,
        product: PRO,
        seats: 3,
      }),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-20T00:00:00Z', features: ['offline', 'reading'] },
        { at: '2027-05-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a purchase is refunded, and the refund fails',
    provider: 'polar',
    events: [
      event('order.paid', '2027-01-10T09:00:02Z', order(book)),
      event('refund.created', '2027-01-20T08:00:00Z', refund({ id: REFUND, order: ORDER })),
      event(
        'order.refunded',
        '2027-01-20T08:00:01Z',
        order({ ...book, status: 'refunded', refunded: 1900, modifiedAt: '2027-01-20T08:00:01Z' }),
      ),
      event(
        'refund.updated',
        '2027-01-22T08:00:00Z',
        refund({ id: REFUND, order: ORDER, status: 'failed', modifiedAt: '2027-01-22T08:00:00Z' }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-10T08:59:59Z', features: [] },
        { at: '2027-01-23T00:00:00Z', features: ['book'] },
        { at: '2030-01-01T00:00:00Z', features: ['book'] },
      ],
    },
  },
  {
    name: 'the dispute of a first payment is lost, a later month is kept, and who it is comes last',
    provider: 'polar',
    events: [
      event('subscription.created', '2027-01-10T09:00:00.500000Z', subscription({ status: 'active' })),
      event('order.paid', '2027-01-10T09:00:03Z', order(first)),
      event(
        'refund.created',
        '2027-01-20T08:00:00Z',
        refund({
          id: REFUND,
          order: ORDER,
          status: 'pending',
          dispute: { id: 'dispute-1', status: 'under_review' },
        }),
      ),
      event(
        'refund.updated',
        '2027-02-01T08:00:00Z',
        refund({
          id: REFUND,
          order: ORDER,
          modifiedAt: '2027-02-01T08:00:00Z',
          revokeBenefits: true,
          dispute: { id: 'dispute-1', status: 'lost' },
        }),
      ),
      event(
        'subscription.cycled',
        '2027-02-10T09:00:10Z',
        subscription({ status: 'active', modifiedAt: '2027-02-10T09:00:10Z', period: FEBRUARY }),
      ),
      event('customer.state_changed', '2027-02-10T10:00:00Z', customerState('u_ada')),
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
]
