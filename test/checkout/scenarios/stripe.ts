import {
  APRIL,
  MARCH,
  MAY,
  charge,
  delivery,
  dispute,
  invoice,
  invoicePayment,
  refund,
  rereadDelivery,
  session,
  subscription,
} from '../payloads/stripe.ts'
import type { Scenario } from '../scenario.ts'

const CREATED = 'customer.subscription.created'
const UPDATED = 'customer.subscription.updated'
const DELETED = 'customer.subscription.deleted'
const COMPLETED = 'checkout.session.completed'
const SOON = '2027-03-01T09:00:05Z'

const userId = 'user_1'
const pro = { price_pro: ['export', 'history'] }
const book = { price_book: ['book'] }

/** What may be used, by moments. */
function uses(access: Readonly<Record<string, readonly string[]>>): Scenario['expected'] {
  return { userId, access: Object.entries(access).map(([at, features]) => ({ at, features })) }
}

const bought = delivery(COMPLETED, MARCH, session())

export const stripeScenarios: readonly Scenario[] = [
  {
    name: 'a trial is paid for, and the payment is refunded',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(COMPLETED, MARCH, session({ mode: 'subscription' })),
      delivery(CREATED, MARCH, subscription({ status: 'trialing', to: '2027-03-15T09:00:00Z' })),
      delivery(
        UPDATED,
        '2027-03-15T09:00:02Z',
        subscription({ from: '2027-03-15T09:00:00Z', to: '2027-04-15T09:00:00Z', invoice: 'in_2' }),
      ),
      delivery(
        'invoice_payment.paid',
        '2027-03-15T10:02:00Z',
        invoicePayment({ id: 'in_2', payment: 'pi_2', paidAt: '2027-03-15T10:02:00Z' }),
      ),
      delivery(
        'charge.refunded',
        '2027-03-20T12:00:00Z',
        charge({ payment: 'pi_2', at: '2027-03-15T10:02:00Z', refunded: 1900 }),
      ),
      delivery('refund.created', '2027-03-20T12:00:00Z', refund({ payment: 'pi_2' })),
    ],
    expected: uses({ '2027-03-22T00:00:00Z': [], '2027-04-20T00:00:00Z': [] }),
  },
  {
    name: 'a renewal fails and is paid later',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId })),
      delivery(
        UPDATED,
        '2027-04-01T10:00:00Z',
        subscription({ status: 'past_due', from: APRIL, to: MAY, invoice: 'in_2', userId }),
      ),
      delivery(
        UPDATED,
        '2027-04-04T11:30:00Z',
        subscription({ from: APRIL, to: MAY, invoice: 'in_2', userId }),
      ),
      delivery(
        'invoice.paid',
        '2027-04-04T11:30:00Z',
        invoice({ id: 'in_2', payment: 'pi_2', paidAt: '2027-04-04T11:30:00Z' }),
      ),
    ],
    expected: uses({ '2027-04-20T00:00:00Z': ['export', 'history'], '2027-06-20T00:00:00Z': [] }),
  },
  {
    name: 'a renewal is never paid',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId })),
      delivery(
        UPDATED,
        '2027-04-01T10:00:00Z',
        subscription({ status: 'past_due', from: APRIL, to: MAY, userId }),
      ),
      delivery(
        UPDATED,
        '2027-04-22T10:00:00Z',
        subscription({ status: 'unpaid', from: APRIL, to: MAY, userId }),
      ),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': [], '2027-04-25T00:00:00Z': [] }),
  },
  {
    name: 'a dispute of a purchase is won',
    provider: 'stripe',
    catalog: book,
    events: [
      bought,
      delivery('charge.succeeded', MARCH, charge()),
      delivery('charge.dispute.created', '2027-03-10T12:00:00Z', dispute('needs_response')),
      delivery('charge.dispute.updated', '2027-03-12T12:00:00Z', dispute('under_review')),
      delivery('charge.dispute.closed', '2027-04-20T12:00:00Z', dispute('won')),
    ],
    expected: uses({ '2027-02-28T00:00:00Z': [], '2027-05-01T00:00:00Z': ['book'] }),
  },
  {
    name: 'a dispute of a purchase is lost',
    provider: 'stripe',
    catalog: book,
    events: [
      bought,
      delivery('charge.dispute.created', '2027-03-10T12:00:00Z', dispute('needs_response')),
      delivery('charge.dispute.funds_withdrawn', '2027-03-10T12:00:00Z', dispute('needs_response')),
      delivery('charge.dispute.closed', '2027-04-20T12:00:00Z', dispute('lost', { amount: 1873 })),
    ],
    expected: uses({ '2027-03-05T00:00:00Z': [], '2027-05-01T00:00:00Z': [] }),
  },
  {
    name: 'a dispute of one period is lost, when the next is paid already',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId })),
      delivery('invoice_payment.paid', SOON, invoicePayment({ paidAt: SOON })),
      delivery('charge.dispute.created', '2027-03-10T12:00:00Z', dispute('needs_response')),
      delivery(
        UPDATED,
        '2027-04-01T09:00:02Z',
        subscription({ from: APRIL, to: MAY, invoice: 'in_2', userId }),
      ),
      delivery('charge.dispute.closed', '2027-04-10T12:00:00Z', dispute('lost')),
    ],
    expected: uses({ '2027-04-15T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'a refund fails, and the money stays with the shop',
    provider: 'stripe',
    catalog: book,
    events: [
      bought,
      delivery('charge.refunded', '2027-03-05T12:00:00Z', charge({ refunded: 1900 })),
      delivery('refund.created', '2027-03-05T12:00:00Z', refund()),
      delivery('refund.failed', '2027-03-08T12:00:00Z', refund({ status: 'failed' })),
    ],
    expected: uses({ '2027-03-09T00:00:00Z': ['book'] }),
  },
  {
    name: 'a part is refunded, and a part of what that left',
    provider: 'stripe',
    catalog: book,
    events: [
      bought,
      delivery('charge.refunded', '2027-03-05T12:00:00Z', charge({ refunded: 500 })),
      delivery('refund.created', '2027-03-05T12:00:00Z', refund({ amount: 500 })),
      delivery('charge.refunded', '2027-03-06T12:00:00Z', charge({ refunded: 900 })),
      delivery('refund.created', '2027-03-06T12:00:00Z', refund({ id: 're_2', amount: 400 })),
    ],
    expected: uses({ '2027-03-09T00:00:00Z': ['book'] }),
  },
  {
    name: 'a plan is switched, after a switch that was never paid',
    provider: 'stripe',
    catalog: { ...pro, price_team: ['export', 'members'], price_max: ['everything'] },
    events: [
      delivery(CREATED, MARCH, subscription({ userId }, 'acacia'), { shape: 'acacia' }),
      delivery(
        UPDATED,
        '2027-03-08T12:00:00Z',
        subscription(
          { userId, pendingUpdate: { subscription_items: [{ id: 'si_1', price: 'price_max' }] } },
          'acacia',
        ),
        { shape: 'acacia' },
      ),
      delivery(
        UPDATED,
        '2027-03-10T12:00:00Z',
        subscription({ userId, items: [{ price: 'price_team' }] }, 'acacia'),
        { shape: 'acacia' },
      ),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': ['export', 'members'] }),
  },
  {
    name: 'seats go up and down, and an extra goes away',
    provider: 'stripe',
    catalog: { price_seat: ['seat'], price_extra: ['extra'] },
    events: [
      [5, 1],
      [20, 1],
      [3, null],
    ].map(([seats, extra], i) =>
      delivery(
        i === 0 ? CREATED : UPDATED,
        `2027-03-0${i + 1}T12:00:00Z`,
        subscription({
          userId,
          items: [
            { price: 'price_seat', quantity: seats ?? 1 },
            ...(extra === null ? [] : [{ id: 'si_2', price: 'price_extra' }]),
          ],
        }),
      ),
    ),
    expected: uses({ '2027-03-20T00:00:00Z': ['seat'] }),
  },
  {
    name: 'collection is paused with its invoices void, and goes on',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId })),
      delivery(UPDATED, '2027-03-05T12:00:00Z', subscription({ userId, pause: 'void' })),
      delivery(UPDATED, '2027-03-09T12:00:00Z', subscription({ userId })),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'a subscription is paused, resumed and paused again',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId }, 'endive'), { shape: 'endive' }),
      delivery(
        'customer.subscription.paused',
        '2027-03-05T12:00:00Z',
        subscription({ userId, status: 'paused' }, 'endive'),
        { shape: 'endive' },
      ),
      delivery('customer.subscription.resumed', '2027-03-09T12:00:00Z', subscription({ userId }, 'endive'), {
        shape: 'endive',
      }),
      delivery(
        'customer.subscription.paused',
        '2027-03-12T12:00:00Z',
        subscription({ userId, status: 'paused' }, 'endive'),
        { shape: 'endive' },
      ),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': [] }),
  },
  {
    name: 'a cancellation at the end of the period is taken back',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId }, 'acacia'), { shape: 'acacia' }),
      delivery(UPDATED, '2027-03-05T12:00:00Z', subscription({ userId, cancels: true }, 'acacia'), {
        shape: 'acacia',
      }),
      delivery(UPDATED, '2027-03-09T12:00:00Z', subscription({ userId }, 'acacia'), { shape: 'acacia' }),
      delivery(UPDATED, '2027-04-01T09:00:03Z', subscription({ userId, from: APRIL, to: MAY }, 'acacia'), {
        shape: 'acacia',
      }),
    ],
    expected: uses({ '2027-04-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'a cancellation is taken back, set again and comes to pass',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId }, 'clover'), { shape: 'clover' }),
      delivery(UPDATED, '2027-03-05T12:00:00Z', subscription({ userId, cancels: true }, 'clover'), {
        shape: 'clover',
      }),
      delivery(UPDATED, '2027-03-06T12:00:00Z', subscription({ userId }, 'clover'), { shape: 'clover' }),
      delivery(UPDATED, '2027-03-07T12:00:00Z', subscription({ userId, cancels: true }, 'clover'), {
        shape: 'clover',
      }),
      delivery(
        DELETED,
        '2027-04-01T09:00:01Z',
        subscription({ userId, status: 'canceled', cancels: true, endedAt: APRIL }, 'clover'),
        { shape: 'clover' },
      ),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': ['export', 'history'], '2027-04-01T09:00:00Z': [] }),
  },
  {
    name: 'a debit is checked out unpaid, and the money comes',
    provider: 'stripe',
    catalog: book,
    events: [
      delivery(COMPLETED, MARCH, session({ paid: 'unpaid' })),
      delivery('charge.pending', MARCH, charge({ status: 'pending' })),
      delivery('checkout.session.async_payment_succeeded', '2027-03-06T12:00:00Z', session()),
      delivery('charge.succeeded', '2027-03-06T12:00:00Z', charge()),
    ],
    expected: uses({ '2027-03-04T00:00:00Z': [], '2027-03-07T00:00:00Z': ['book'] }),
  },
  {
    name: 'a debit is checked out unpaid, and the money never comes',
    provider: 'stripe',
    catalog: book,
    events: [
      delivery(COMPLETED, MARCH, session({ paid: 'unpaid' })),
      delivery('checkout.session.async_payment_failed', '2027-03-06T12:00:00Z', session({ paid: 'unpaid' })),
      delivery('charge.failed', '2027-03-06T12:00:00Z', charge({ status: 'failed' })),
    ],
    expected: uses({ '2027-03-07T00:00:00Z': [] }),
  },
  {
    name: 'a guest buys twice, and the first purchase is refunded',
    provider: 'stripe',
    catalog: { ...book, price_film: ['film'] },
    events: [
      delivery(COMPLETED, MARCH, session({ customer: null })),
      delivery(
        COMPLETED,
        '2027-03-02T12:00:00Z',
        session({
          id: 'cs_test_2',
          customer: null,
          payment: 'pi_2',
          metadata: { product: 'price_film', quantity: '2' },
        }),
      ),
      delivery('refund.created', '2027-03-03T12:00:00Z', refund()),
      delivery('charge.refunded', '2027-03-03T12:00:00Z', charge({ refunded: 1900 })),
    ],
    expected: uses({ '2027-03-07T00:00:00Z': ['film'] }),
  },
  {
    name: 'a subscription ends with a refund, and a new one is bought',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId })),
      delivery('invoice_payment.paid', SOON, invoicePayment({ paidAt: SOON })),
      delivery('charge.refunded', '2027-03-05T12:00:00Z', charge({ refunded: 1900 })),
      delivery(
        DELETED,
        '2027-03-05T12:00:00Z',
        subscription({ userId, status: 'canceled', endedAt: '2027-03-05T12:00:00Z' }),
      ),
      delivery(
        CREATED,
        '2027-03-06T12:00:00Z',
        subscription({
          id: 'sub_2',
          userId,
          created: '2027-03-06T12:00:00Z',
          from: '2027-03-06T12:00:00Z',
          to: '2027-04-06T12:00:00Z',
          items: [{ id: 'si_2' }],
          invoice: 'in_2',
        }),
      ),
    ],
    expected: uses({ '2027-03-05T00:00:00Z': [], '2027-03-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'nobody knows the customer until the last event',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ status: 'incomplete' })),
      delivery(UPDATED, SOON, subscription()),
      delivery('invoice.paid', SOON, invoice({ paidAt: SOON })),
      delivery('charge.succeeded', SOON, charge({ at: SOON })),
      delivery('invoice_payment.paid', SOON, invoicePayment({ paidAt: SOON })),
      delivery(COMPLETED, '2027-03-01T09:00:07Z', session({ mode: 'subscription' })),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'one purchase is told by checkout, subscription and invoice',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(COMPLETED, SOON, session({ mode: 'subscription' })),
      delivery('invoice.paid', SOON, invoice({ paidAt: SOON, userId })),
      delivery('invoice.payment_succeeded', SOON, invoice({ paidAt: SOON, userId })),
      delivery(CREATED, SOON, subscription({ userId })),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'all of a first payment happens in one second',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ status: 'incomplete', userId }), { id: 'evt_9' }),
      delivery(UPDATED, MARCH, subscription({ userId }), { id: 'evt_2' }),
      delivery(UPDATED, MARCH, subscription({ userId, items: [{ quantity: 3 }] }), { id: 'evt_5' }),
      delivery('invoice.paid', MARCH, invoice({ userId }), { id: 'evt_1' }),
    ],
    expected: uses({ '2027-03-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'a subscription is updated and ends in one second',
    provider: 'stripe',
    catalog: pro,
    events: [
      delivery(CREATED, MARCH, subscription({ userId })),
      delivery(UPDATED, APRIL, subscription({ userId, from: APRIL, to: MAY })),
      delivery(DELETED, APRIL, subscription({ userId, status: 'canceled', endedAt: APRIL })),
      delivery(UPDATED, '2027-04-01T09:00:01Z', subscription({ userId, from: APRIL, to: MAY })),
    ],
    expected: uses({ '2027-04-02T00:00:00Z': [] }),
  },
  {
    name: 'what one second holds is settled by reading it again',
    provider: 'stripe',
    catalog: pro,
    events: [
      rereadDelivery(
        CREATED,
        MARCH,
        subscription({ userId }),
        '2027-03-01T09:00:01.200Z',
        subscription({ userId }),
      ),
      rereadDelivery(
        UPDATED,
        APRIL,
        subscription({ userId, status: 'past_due', from: APRIL, to: MAY }),
        '2027-04-01T09:00:00.900Z',
        subscription({ userId, from: APRIL, to: MAY }),
      ),
      rereadDelivery(
        UPDATED,
        APRIL,
        subscription({ userId, from: APRIL, to: MAY }),
        '2027-04-01T09:00:00.700Z',
        subscription({ userId, status: 'past_due', from: APRIL, to: MAY }),
      ),
    ],
    expected: uses({ '2027-04-20T00:00:00Z': ['export', 'history'] }),
  },
  {
    name: 'a cart of two is read from the API, and its payment is disputed and lost',
    provider: 'stripe',
    catalog: { ...book, price_film: ['film'] },
    events: [
      rereadDelivery(
        COMPLETED,
        MARCH,
        session({ metadata: {} }),
        '2027-03-01T09:00:00.400Z',
        session({
          metadata: {},
          lines: [
            { id: 'li_1', price: 'price_book', quantity: 1 },
            { id: 'li_2', price: 'price_film', quantity: 2 },
          ],
        }),
      ),
      rereadDelivery(
        'charge.dispute.created',
        '2027-03-10T12:00:00Z',
        dispute('needs_response'),
        '2027-03-10T12:00:00.300Z',
        { ...dispute('needs_response'), charge: charge() },
      ),
      rereadDelivery(
        'charge.dispute.closed',
        '2027-04-20T12:00:00Z',
        dispute('lost'),
        '2027-04-20T12:00:00.300Z',
        { ...dispute('lost'), charge: charge() },
      ),
    ],
    expected: uses({ '2027-03-05T00:00:00Z': [], '2027-05-01T00:00:00Z': [] }),
  },
]
