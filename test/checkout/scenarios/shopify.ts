import { delivery, dispute, order, refund } from '../payloads/shopify.ts'
import type { Scenario } from '../scenario.ts'

const catalog = { '501': ['course'], '502': ['workbook'] }
const twoLines = [
  { id: 81, variant: 501, quantity: 2 },
  { id: 82, variant: 502, quantity: 1 },
]

const oneCourseBack = refund({
  id: 900,
  createdAt: '2027-03-05T12:00:00+01:00',
  lines: [{ id: 910, line: 81, quantity: 1 }],
})
const workbookBack = refund({
  id: 901,
  createdAt: '2027-03-06T12:00:00+01:00',
  lines: [{ id: 911, line: 82, quantity: 1 }],
})

export const shopifyScenarios: readonly Scenario[] = [
  {
    name: 'an order is placed, paid a moment later, and sent',
    provider: 'shopify',
    events: [
      delivery(
        'orders/create',
        order({ updatedAt: '2027-03-01T10:00:00+01:00', status: 'pending', userId: 'u_ada' }),
      ),
      delivery(
        'orders/paid',
        order({ updatedAt: '2027-03-01T10:00:00+01:00', status: 'paid', userId: 'u_ada' }),
      ),
      delivery(
        'orders/updated',
        order({ updatedAt: '2027-03-01T10:00:00+01:00', status: 'paid', userId: 'u_ada' }),
      ),
      delivery(
        'orders/fulfilled',
        order({ updatedAt: '2027-03-02T10:00:00+01:00', status: 'paid', userId: 'u_ada' }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-01T08:59:59Z', features: [] },
        { at: '2027-03-01T09:00:00Z', features: ['course'] },
        { at: '2040-01-01T00:00:00Z', features: ['course'] },
      ],
    },
  },
  {
    name: 'two lines, of which one is refunded in part and one in full, told twice by topic',
    provider: 'shopify',
    events: [
      delivery(
        'orders/paid',
        order({ updatedAt: '2027-03-01T10:00:05+01:00', status: 'paid', lines: twoLines, userId: 'u_ada' }),
      ),
      delivery('refunds/create', oneCourseBack),
      delivery(
        'orders/updated',
        order({
          updatedAt: '2027-03-05T12:00:01+01:00',
          status: 'partially_refunded',
          lines: [
            { id: 81, variant: 501, quantity: 2, current: 1 },
            { id: 82, variant: 502, quantity: 1 },
          ],
          userId: 'u_ada',
          refunds: [oneCourseBack],
        }),
      ),
      delivery('refunds/create', workbookBack),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-04T00:00:00Z', features: ['course'] },
        { at: '2027-03-07T00:00:00Z', features: ['course'] },
      ],
    },
  },
  {
    name: 'a guest buys, a line is taken out of the order, and the order is cancelled',
    provider: 'shopify',
    events: [
      delivery(
        'orders/create',
        order({
          updatedAt: '2027-03-01T10:00:05+01:00',
          status: 'paid',
          lines: twoLines,
          customer: null,
          userId: 'u_ada',
        }),
      ),
      delivery(
        'orders/updated',
        order({
          updatedAt: '2027-03-06T12:00:01+01:00',
          status: 'partially_refunded',
          lines: [
            { id: 81, variant: 501, quantity: 2 },
            { id: 82, variant: 502, quantity: 1, current: 0 },
          ],
          customer: null,
          refunds: [workbookBack],
        }),
      ),
      delivery(
        'orders/cancelled',
        order({
          updatedAt: '2027-03-08T12:00:00+01:00',
          status: 'partially_refunded',
          lines: [
            { id: 81, variant: 501, quantity: 2 },
            { id: 82, variant: 502, quantity: 1, current: 0 },
          ],
          customer: null,
          refunds: [workbookBack],
          cancelledAt: '2027-03-08T12:00:00+01:00',
        }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [
        { at: '2027-03-08T10:59:59Z', features: ['course'] },
        { at: '2027-03-08T11:00:00Z', features: [] },
      ],
    },
  },
  {
    name: 'a payment is disputed and won, another is disputed and lost',
    provider: 'shopify',
    events: [
      delivery(
        'orders/paid',
        order({ updatedAt: '2027-03-01T10:00:05+01:00', status: 'paid', userId: 'u_ada' }),
      ),
      delivery('disputes/create', dispute({ id: 61, status: 'needs_response' })),
      delivery('disputes/update', dispute({ id: 61, status: 'won' })),
      delivery(
        'orders/paid',
        order({
          id: 7002,
          updatedAt: '2027-03-01T10:00:05+01:00',
          status: 'paid',
          lines: [{ id: 83, variant: 502, quantity: 1 }],
        }),
      ),
      delivery('disputes/update', dispute({ id: 62, order: 7002, status: 'lost' })),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [{ at: '2027-04-01T00:00:00Z', features: ['course'] }],
    },
  },
  {
    name: 'an order is refunded and bought again, and only the second order names the user',
    provider: 'shopify',
    events: [
      delivery('orders/paid', order({ updatedAt: '2027-03-01T10:00:05+01:00', status: 'paid' })),
      delivery(
        'refunds/create',
        refund({ id: 902, createdAt: '2027-03-05T12:00:00Z', lines: [{ id: 912, line: 81, quantity: 1 }] }),
      ),
      delivery(
        'orders/updated',
        order({
          updatedAt: '2027-03-05T12:00:01Z',
          status: 'refunded',
          lines: [{ id: 81, variant: 501, quantity: 1, current: 0 }],
        }),
      ),
      delivery(
        'orders/create',
        order({
          id: 7002,
          updatedAt: '2027-03-09T10:00:00Z',
          status: 'paid',
          lines: [{ id: 83, variant: 501, quantity: 1 }],
          userId: 'u_ada',
        }),
      ),
    ],
    catalog,
    expected: {
      userId: 'u_ada',
      access: [{ at: '2027-03-10T00:00:00Z', features: ['course'] }],
    },
  },
]
