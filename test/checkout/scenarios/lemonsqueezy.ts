import { event, invoice, order, OTHER_VARIANT, subscription, VARIANT } from '../payloads/lemonsqueezy.ts'
import type { Scenario } from '../scenario.ts'

const catalog = { [VARIANT]: ['reading'], [OTHER_VARIANT]: ['reading', 'offline'] }
const ada = { userId: 'u_ada' }

const MARCH = '2027-03-10T09:00:05.000000Z'

const bought = event('order_created', order({}), ada)
const created = event(
  'subscription_created',
  subscription({ status: 'active', updatedAt: '2027-01-10T09:00:06.000000Z' }),
  ada,
)
const firstPaid = event(
  'subscription_payment_success',
  invoice({ id: 901, reason: 'initial', createdAt: '2027-01-10T09:00:03.000000Z' }),
  ada,
)
const renewal = { id: 902, reason: 'renewal', createdAt: '2027-02-10T09:00:07.000000Z' }

export const lemonsqueezyScenarios: readonly Scenario[] = [
  {
    name: 'an order, its subscription and its invoice are one purchase, and the refund of all is one',
    provider: 'lemonsqueezy',
    events: [
      bought,
      created,
      firstPaid,
      event(
        'order_refunded',
        order({ status: 'refunded', refunded: 1900, updatedAt: '2027-01-12T09:00:00.000000Z' }),
        ada,
      ),
      event(
        'subscription_payment_refunded',
        invoice({
          id: 901,
          reason: 'initial',
          createdAt: '2027-01-10T09:00:03.000000Z',
          status: 'refunded',
          refunded: 1900,
          updatedAt: '2027-01-12T09:00:00.000000Z',
        }),
        ada,
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-09T00:00:00Z', features: [] },
        { at: '2027-01-20T00:00:00Z', features: [] },
        { at: '2028-01-01T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'the first month is refunded and the second is kept until it is cancelled and expires',
    provider: 'lemonsqueezy',
    events: [
      created,
      bought,
      event(
        'order_refunded',
        order({ status: 'refunded', refunded: 1900, updatedAt: '2027-01-12T09:00:00.000000Z' }),
        ada,
      ),
      event(
        'subscription_updated',
        subscription({ status: 'active', updatedAt: '2027-02-10T09:00:08.000000Z', renewsAt: MARCH }),
      ),
      event('subscription_payment_success', invoice(renewal)),
      event(
        'subscription_cancelled',
        subscription({
          status: 'cancelled',
          updatedAt: '2027-02-20T09:00:00.000000Z',
          renewsAt: MARCH,
          endsAt: MARCH,
        }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-02-25T00:00:00Z', features: ['reading'] },
        { at: '2027-03-10T09:00:04Z', features: ['reading'] },
        { at: '2027-03-10T09:00:05Z', features: [] },
      ],
    },
  },
  {
    name: 'a renewal is past due, tried again, and recovered',
    provider: 'lemonsqueezy',
    events: [
      created,
      event(
        'subscription_updated',
        subscription({
          status: 'past_due',
          updatedAt: '2027-02-10T09:00:09.000000Z',
          renewsAt: '2027-02-13T09:00:05.000000Z',
        }),
      ),
      event(
        'subscription_updated',
        subscription({
          status: 'past_due',
          updatedAt: '2027-02-13T09:00:09.000000Z',
          renewsAt: '2027-02-17T09:00:05.000000Z',
        }),
      ),
      event('subscription_payment_recovered', invoice(renewal)),
      event('subscription_payment_success', invoice(renewal)),
      event(
        'subscription_updated',
        subscription({ status: 'active', updatedAt: '2027-02-17T09:00:09.000000Z', renewsAt: MARCH }),
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
    name: 'a trial becomes paid in another plan, is paused and goes on',
    provider: 'lemonsqueezy',
    events: [
      event(
        'subscription_created',
        subscription({
          status: 'on_trial',
          updatedAt: '2027-01-10T09:00:06.000000Z',
          trialEndsAt: '2027-01-17T09:00:05.000000Z',
          renewsAt: '2027-01-17T09:00:05.000000Z',
          item: null,
        }),
        ada,
      ),
      event(
        'subscription_plan_changed',
        subscription({
          status: 'active',
          updatedAt: '2027-01-17T09:00:08.000000Z',
          variant: OTHER_VARIANT,
          renewsAt: '2027-02-17T09:00:05.000000Z',
        }),
      ),
      event(
        'subscription_paused',
        subscription({
          status: 'paused',
          updatedAt: '2027-01-20T09:00:00.000000Z',
          variant: OTHER_VARIANT,
          pause: { mode: 'void', resumes_at: null },
        }),
      ),
      event(
        'subscription_unpaused',
        subscription({
          status: 'active',
          updatedAt: '2027-01-25T09:00:00.000000Z',
          variant: OTHER_VARIANT,
          renewsAt: '2027-02-17T09:00:05.000000Z',
        }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-26T00:00:00Z', features: ['offline', 'reading'] },
        { at: '2027-03-17T00:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'something is bought once, a part of it refunded, and something else refunded whole',
    provider: 'lemonsqueezy',
    events: [
      event('order_created', order({ id: 311, item: 411, quantity: 2 }), ada),
      event(
        'order_refunded',
        order({
          id: 311,
          item: 411,
          quantity: 2,
          status: 'partial_refund',
          refunded: 500,
          updatedAt: '2027-01-12T09:00:00.000000Z',
        }),
      ),
      event('order_created', order({ id: 312, item: 412, variant: OTHER_VARIANT }), ada),
      event(
        'order_refunded',
        order({
          id: 312,
          item: 412,
          variant: OTHER_VARIANT,
          status: 'refunded',
          refunded: 1900,
          updatedAt: '2027-01-13T09:00:00.000000Z',
        }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-01-10T09:00:01Z', features: [] },
        { at: '2027-01-10T09:00:02Z', features: ['reading'] },
        { at: '2030-01-01T00:00:00Z', features: ['reading'] },
      ],
    },
  },
]
