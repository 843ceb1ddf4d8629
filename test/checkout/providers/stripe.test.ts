import { describe, expect, it } from 'vitest'
import { NOTHING_SAID, Unparseable } from '../../../src/checkout/provider/provider.ts'
import { stripe } from '../../../src/checkout/providers/stripe/stripe.ts'
import type { Fact, SubscriptionFact } from '../../../src/domain/purchases/register/fact.ts'
import { orderedText } from '../../../src/domain/values/json.ts'
import {
  APRIL,
  MARCH,
  MAY,
  SHAPES,
  type Shape,
  type SubscriptionSays,
  VERSIONS,
  charge,
  delivery,
  dispute,
  event,
  invoice,
  invoicePayment,
  refund,
  rereadDelivery,
  seconds,
  session,
  subscription,
} from '../payloads/stripe.ts'
import type { Delivery } from '../scenario.ts'
import { stripeScenarios } from '../scenarios/stripe.ts'
import { endingsOf, envelopeOf, readingOf } from './arrivals.ts'

const CREATED = 'customer.subscription.created'
const UPDATED = 'customer.subscription.updated'
const DELETED = 'customer.subscription.deleted'
const COMPLETED = 'checkout.session.completed'
const NOW = '2027-03-10T12:00:00Z'
const DAY = 86_400_000

const ms = (iso: string) => Date.parse(iso)

function read(sent: Delivery) {
  return readingOf(stripe, sent)
}

function factsOf(type: string, object: object, shape: Shape = 'basil'): readonly Fact[] {
  const { facts, unknown } = read(delivery(type, NOW, object, { shape }))
  expect(unknown).toEqual([])
  return facts
}

function snapshotOf(says: SubscriptionSays, type = UPDATED, shape: Shape = 'basil'): SubscriptionFact {
  return onlySnapshot(factsOf(type, subscription(says, shape), shape))
}

function onlySnapshot(facts: readonly Fact[]): SubscriptionFact {
  const fact = facts.find(({ type }) => type === 'subscription')
  if (fact?.type !== 'subscription') throw new Error('Cannot find the subscription')
  return fact
}

describe('the envelope', () => {
  it('tells an event by its id, and never by the request that several share', () => {
    const body = event(UPDATED, NOW, subscription(), { id: 'evt_1' })
    expect(envelopeOf(stripe, { body })).toEqual({
      eventId: 'evt_1',
      account: '',
      type: UPDATED,
      occurredAt: ms(NOW),
      mode: 'test',
    })
  })

  it('tells which account it came from, and whether money was meant', () => {
    const body = event(UPDATED, NOW, subscription(), { account: 'acct_1', livemode: true })
    expect(envelopeOf(stripe, { body })).toMatchObject({ account: 'acct_1', mode: 'live' })
  })

  it('knows no mode where none is told', () => {
    const { livemode: _livemode, ...body } = event(UPDATED, NOW, subscription())
    expect(envelopeOf(stripe, { body }).mode).toBeNull()
  })

  it.each([null, 'evt_1', [], {}, { ...event(UPDATED, NOW, {}), object: 'charge' }])(
    'refuses what is no event: %j',
    (body) => {
      expect(() => envelopeOf(stripe, { body })).toThrow(Unparseable)
    },
  )

  it('takes a thin event of API v2, which says nothing', () => {
    const body = {
      id: 'evt_test_1',
      object: 'v2.core.event',
      type: 'v1.billing.meter.no_meter_found',
      created: '2027-03-10T12:00:00.250Z',
      livemode: true,
    }
    const mode = 'live'
    const occurredAt = ms('2027-03-10T12:00:00.250Z')
    expect(envelopeOf(stripe, { body })).toMatchObject({ eventId: 'evt_test_1', occurredAt, mode })
    expect(read({ body })).toEqual({ facts: [], unknown: [], flags: [] })
    expect(stripe.rereading?.urlOf(body)).toBeNull()
  })

  it.each([
    'checkout.session.expired',
    'checkout.session.async_payment_failed',
    'customer.subscription.trial_will_end',
    'invoice.created',
    'invoice.finalized',
    'invoice.upcoming',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'customer.deleted',
    'entitlements.active_entitlement_summary.updated',
    'radar.early_fraud_warning.created',
    'something.nobody.knows',
  ])('passes over %s', (type) => {
    expect(read(delivery(type, NOW, subscription()))).toEqual({ facts: [], unknown: [], flags: [] })
  })
})

describe('every shape says the same', () => {
  const [classic, ...later] = SHAPES

  const said: Readonly<Record<string, (shape: Shape) => readonly Fact[]>> = {
    'customer.subscription.created': (shape) =>
      factsOf(CREATED, subscription({ userId: 'user_1' }, shape), shape),
    'customer.subscription.updated to a scheduled end': (shape) =>
      factsOf(UPDATED, subscription({ cancels: true }, shape), shape),
    'customer.subscription.updated to past due': (shape) =>
      factsOf(UPDATED, subscription({ status: 'past_due', from: APRIL, to: MAY }, shape), shape),
    'customer.subscription.paused': (shape) =>
      factsOf('customer.subscription.paused', subscription({ status: 'paused' }, shape), shape),
    'customer.subscription.resumed': (shape) =>
      factsOf('customer.subscription.resumed', subscription({}, shape), shape),
    'customer.subscription.deleted': (shape) =>
      factsOf(DELETED, subscription({ status: 'canceled', endedAt: NOW }, shape), shape),
    'checkout.session.completed of a subscription': (shape) =>
      factsOf(COMPLETED, session({ mode: 'subscription' }, shape), shape),
    'checkout.session.completed of a payment': (shape) => factsOf(COMPLETED, session({}, shape), shape),
    'checkout.session.async_payment_succeeded': (shape) =>
      factsOf('checkout.session.async_payment_succeeded', session({}, shape), shape),
    // Before basil an invoice names its payment, since then the payment names its invoice.
    'invoice.paid, with invoice_payment.paid': (shape) => [
      ...factsOf('invoice.paid', invoice({ userId: 'user_1' }, shape), shape),
      ...(shape === classic ? [] : factsOf('invoice_payment.paid', invoicePayment(), shape)),
    ],
    'charge.refunded': (shape) => factsOf('charge.refunded', charge({ refunded: 1900 }, shape), shape),
    'refund.created': (shape) => factsOf('refund.created', refund(), shape),
    'refund.failed': (shape) => factsOf('refund.failed', refund({ status: 'failed' }), shape),
    'charge.dispute.created': (shape) => factsOf('charge.dispute.created', dispute('needs_response'), shape),
    'charge.dispute.closed': (shape) => factsOf('charge.dispute.closed', dispute('lost'), shape),
  }

  describe.each(Object.entries(said))('of %s', (_name, factsIn) => {
    it.each(later)('as before basil: %s', (shape) => {
      const before = factsIn(classic ?? 'acacia')
      expect(before.length).toBeGreaterThan(0)
      expect(factsIn(shape)).toEqual(before)
    })
  })

  it('does not mind a version that nobody knows', () => {
    const body = { ...event(UPDATED, NOW, subscription()), api_version: '2031-01-01.zinnia' }
    expect(read({ body }).facts).toEqual(read(delivery(UPDATED, NOW, subscription())).facts)
    expect(Object.values(VERSIONS)).not.toContain(body.api_version)
  })

  it('finds the invoice of a charge before basil, where only that names it', () => {
    const [payment] = factsOf('charge.refunded', charge({ invoice: 'in_1', refunded: 1900 }, 'acacia'))
    expect(payment).toMatchObject({ of: ['pi_1', 'ch_1', 'in_1'] })
  })
})

describe('a subscription', () => {
  it('says all of itself', () => {
    expect(factsOf(UPDATED, subscription({ userId: 'user_1', items: [{ quantity: 3 }] }))).toEqual([
      { type: 'link', customer: 'cus_1', refs: ['sub_1'], userId: 'user_1', rank: 'own', writer: 'server' },
      {
        type: 'subscription',
        ref: 'sub_1',
        aliases: ['in_1'],
        customer: 'cus_1',
        version: { at: ms(NOW), rank: 3 },
        terminal: false,
        state: 'active',
        toldAt: ms(NOW),
        startsAt: ms(MARCH),
        endsAt: null,
        tellsPayments: true,
        items: [
          {
            id: 'si_1',
            product: 'price_pro',
            also: ['prod_1'],
            quantity: 3,
            ordered: 3,
            period: { startsAt: ms(MARCH), endsAt: ms(APRIL) },
          },
        ],
      },
    ])
  })

  it.each<[string, SubscriptionSays, Partial<SubscriptionFact>]>([
    ['trialing', { status: 'trialing' }, { state: 'trialing', endsAt: null }],
    ['active', {}, { state: 'active', endsAt: null }],
    ['past due: a payment is late', { status: 'past_due', from: APRIL, to: MAY }, { state: 'overdue' }],
    ['unpaid: given up', { status: 'unpaid', from: APRIL, to: MAY }, { state: 'unpaid' }],
    ['paused', { status: 'paused' }, { state: 'paused' }],
    [
      'canceled: ended',
      { status: 'canceled', endedAt: NOW },
      { state: 'ended', terminal: true, endsAt: ms(NOW) },
    ],
    ['collection paused, invoices void: paused', { pause: 'void' }, { state: 'paused', endsAt: null }],
    ['collection paused, invoices kept as drafts: given', { pause: 'keep_as_draft' }, { state: 'active' }],
    [
      'collection paused, invoices uncollectible: given',
      { pause: 'mark_uncollectible' },
      { state: 'active' },
    ],
    ['cancelled at the end of the period', { cancels: true }, { state: 'active', endsAt: ms(APRIL) }],
    ['cancelled at a moment within the period', { cancelAt: NOW }, { state: 'active', endsAt: ms(NOW) }],
    [
      'cancelled at a moment after more periods',
      { cancelAt: '2027-09-01T09:00:00Z' },
      { state: 'active', endsAt: ms('2027-09-01T09:00:00Z') },
    ],
    ['uncancelled', { cancels: false }, { state: 'active', endsAt: null }],
    [
      'past due though cancelled',
      { status: 'past_due', from: APRIL, to: MAY, cancels: true },
      { state: 'overdue', endsAt: ms(MAY) },
    ],
  ])('%s', (_name, says, expected) => {
    expect(snapshotOf(says)).toMatchObject(expected)
  })

  it('is cancelled where only `cancel_at` says so, as with flexible billing', () => {
    const object = subscription({ cancels: true }, 'clover')
    expect(object).toMatchObject({ cancel_at: seconds(APRIL), cancel_at_period_end: false })
    expect(onlySnapshot(factsOf(UPDATED, object))).toMatchObject({ endsAt: ms(APRIL) })
  })

  it('has ended when it is deleted, whatever its status says', () => {
    const ended = { terminal: true, state: 'ended', endsAt: ms(NOW) }
    expect(snapshotOf({ status: 'active' }, DELETED)).toMatchObject(ended)
    expect(snapshotOf({ status: 'nobody_knows', pause: 'nobody_knows' }, DELETED)).toMatchObject(ended)
  })

  it.each([
    ['', []],
    ['user 1', ['malformed_user_id']],
  ])('links nobody by "%s"', (userId, flags) => {
    const { facts, ...rest } = read(delivery(UPDATED, NOW, subscription({ userId })))
    expect(facts.map(({ type }) => type)).toEqual(['subscription'])
    expect(rest).toEqual({ unknown: [], flags })
  })

  it('does not have what is only asked for', () => {
    const items = [{ id: 'si_1', price: 'price_max' }]
    expect(snapshotOf({ pendingUpdate: { subscription_items: items } }).items).toEqual(snapshotOf({}).items)
  })

  it('has its items and no others, and one of what is metered', () => {
    expect(snapshotOf({ items: [{ id: 'si_7', quantity: null }] }).items).toEqual([
      {
        id: 'si_7',
        product: 'price_pro',
        also: ['prod_1'],
        quantity: 1,
        ordered: 1,
        period: { startsAt: ms(MARCH), endsAt: ms(APRIL) },
      },
    ])
  })

  it('has items of which each is billed by its own period', () => {
    const year = { from: '2027-01-01T09:00:00Z', to: '2028-01-01T09:00:00Z' }
    const mixed = snapshotOf({ created: year.from, items: [{ id: 'si_2', ...year }, {}] })
    expect(mixed.items).toMatchObject([
      { id: 'si_2', period: { startsAt: ms(year.from), endsAt: ms(year.to) } },
      { id: 'si_1', period: { startsAt: ms(MARCH), endsAt: ms(APRIL) } },
    ])
  })

  it('that is past due tells the period that is not paid, and guesses none before it', () => {
    const { toldAt, items } = snapshotOf({ status: 'past_due', from: APRIL, to: MAY })
    expect(toldAt).toBe(ms(NOW))
    expect(items).toMatchObject([{ period: { startsAt: ms(APRIL), endsAt: ms(MAY) } }])
  })

  it.each(['incomplete', 'incomplete_expired'])('that is %s has not begun, and names nobody', (status) => {
    expect(read(delivery(UPDATED, NOW, subscription({ status, userId: 'user_1', endedAt: NOW })))).toEqual(
      NOTHING_SAID,
    )
  })

  it('is of the later status, where a second holds several', () => {
    const ranks = ['trialing', 'active', 'past_due', 'paused', 'unpaid', 'canceled'].map(
      (status) => snapshotOf({ status, endedAt: NOW }).version.rank,
    )
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(new Set(ranks).size).toBe(ranks.length)
  })

  it('was created before it was updated, where both share a second', () => {
    const created = snapshotOf({ status: 'active' }, CREATED).version.rank
    expect(created).toBeLessThan(snapshotOf({ status: 'trialing' }).version.rank)
  })

  it.each<[string, object]>([
    ['status=frozen', subscription({ status: 'frozen', userId: 'user_1' })],
    ['pause_collection.behavior=melt', subscription({ pause: 'melt', userId: 'user_1' })],
    ['current_period_end=absent', subscription({ items: [], userId: 'user_1' })],
    [
      'items.has_more=true',
      { ...subscription({ userId: 'user_1' }), items: { ...subscription().items, has_more: true } },
    ],
  ])('waits, and only links, with %s', (unknown, object) => {
    const link = {
      type: 'link',
      customer: 'cus_1',
      refs: ['sub_1'],
      userId: 'user_1',
      rank: 'own',
      writer: 'server',
    }
    expect(read(delivery(UPDATED, NOW, object))).toEqual({ facts: [link], unknown: [unknown], flags: [] })
  })

  it('waits where its items lack what they must have', () => {
    const object = { ...subscription(), items: { data: [{ id: 'si_1' }] } }
    expect(read(delivery(UPDATED, NOW, object))).toEqual({
      facts: [],
      unknown: ['items.data.0.price=malformed'],
      flags: [],
    })
  })
})

describe('read again from the API', () => {
  const startedAt = '2027-03-10T12:00:00.800Z'

  it('a subscription is as it was read, as of when the reading began', () => {
    const again = rereadDelivery(
      CREATED,
      NOW,
      subscription(),
      startedAt,
      subscription({ status: 'past_due' }),
    )
    expect(onlySnapshot(read(again).facts)).toMatchObject({
      version: { at: ms(startedAt), rank: snapshotOf({ status: 'past_due' }).version.rank },
      state: 'overdue',
      toldAt: ms(NOW),
    })
  })

  it('a checkout has its line items, whatever the shop wrote onto it', () => {
    const lines = [{ id: 'li_1', price: 'price_film', quantity: 2 }]
    const again = rereadDelivery(COMPLETED, NOW, session(), startedAt, session({ lines }))
    expect(read(again).facts[1]).toMatchObject({
      type: 'purchase',
      version: { at: ms(startedAt), rank: 1 },
      startsAt: ms(NOW),
      lines: [{ id: 'li_1', product: 'price_film', quantity: 2, ordered: 2 }],
    })
  })

  it('a checkout with more line items than were read gives those, and waits for the others', () => {
    const answer = session({ lines: [{ id: 'li_1', price: 'price_film', quantity: 2 }] })
    const more = { ...answer, line_items: { ...answer.line_items, has_more: true } }
    const { facts, unknown } = read(rereadDelivery(COMPLETED, NOW, session(), startedAt, more))
    expect(facts[1]).toMatchObject({ type: 'purchase', lines: [{ id: 'li_1' }] })
    expect(unknown).toEqual(['line_items.has_more=true'])
  })

  it.each([
    ['refund.created', refund()],
    ['charge.dispute.created', dispute('needs_response')],
    ['charge.dispute.closed', dispute('lost')],
  ])('%s says its payment with it', (type, object) => {
    const answer = { ...object, charge: charge({ refunded: 700 }) }
    const [payment, ...rest] = read(rereadDelivery(type, NOW, object, startedAt, answer)).facts
    expect(payment).toMatchObject({
      payment: 'pi_1',
      money: { total: 1900, refunded: 700 },
      paidAt: ms(MARCH),
    })
    expect(rest[0]).toMatchObject({ of: ['pi_1', 'ch_1'] })
  })

  it.each<[string, object, string | null]>([
    [UPDATED, subscription(), '/v1/subscriptions/sub_1'],
    [DELETED, subscription(), '/v1/subscriptions/sub_1'],
    [COMPLETED, session(), '/v1/checkout/sessions/cs_test_1?expand[]=line_items'],
    [COMPLETED, session({ mode: 'subscription' }), null],
    ['refund.updated', refund(), '/v1/refunds/re_1?expand[]=charge'],
    ['charge.dispute.closed', dispute('won'), '/v1/disputes/dp_1?expand[]=charge'],
    ['charge.refunded', charge(), null],
    ['invoice.paid', invoice(), null],
    ['customer.subscription.trial_will_end', subscription(), null],
    [
      UPDATED,
      { ...subscription(), id: 'sub_1/../../v1/accounts?a=b' },
      '/v1/subscriptions/sub_1%2F..%2F..%2Fv1%2Faccounts%3Fa%3Db',
    ],
  ])('%s is found where the API has it', (type, object, path) => {
    const url = path === null ? null : `https://api.stripe.com${path}`
    expect(stripe.rereading?.urlOf(event(type, NOW, object))).toBe(url)
  })

  it.each([null, {}, 'evt_1'])('nothing is found of what is no event: %j', (body) => {
    expect(stripe.rereading?.urlOf(body)).toBeNull()
  })
})

describe('a checkout', () => {
  const link = {
    type: 'link',
    customer: 'cus_1',
    refs: ['cs_test_1', 'pi_1'],
    userId: 'user_1',
    rank: 'own',
    writer: 'buyer',
  }
  const ofSubscription = { ...link, refs: ['sub_1', 'cs_test_1'], rank: 'session' }

  it('of a subscription only says whose it is, and by which id the page after it asks', () => {
    expect(factsOf(COMPLETED, session({ mode: 'subscription' }))).toEqual([ofSubscription])
  })

  it.each(['paid', 'no_payment_required'])('that is %s is a purchase', (paid) => {
    expect(factsOf(COMPLETED, session({ paid, invoice: 'in_9' }))).toEqual([
      { ...link, refs: ['cs_test_1', 'pi_1', 'in_9'] },
      {
        type: 'purchase',
        ref: 'cs_test_1',
        aliases: ['pi_1', 'in_9'],
        customer: 'cus_1',
        version: { at: ms(NOW), rank: 1 },
        document: 2,
        startsAt: ms(NOW),
        endsAt: null,
        lines: [{ id: 'cs_test_1', product: 'price_book', quantity: 1, ordered: 1 }],
      },
    ])
  })

  it('that is unpaid links no customer, and gives what it sells once its payment is told', () => {
    const facts = factsOf(COMPLETED, session({ paid: 'unpaid' }))
    const nobody = { type: 'link', customer: null, refs: ['cs_test_1', 'pi_1'], userId: 'user_1' }
    expect(facts).toMatchObject([
      nobody,
      { type: 'purchase', ref: 'cs_test_1', customer: null, paidBy: 'pi_1', isAwaited: true },
    ])
    const ofNoPayment = session({ paid: 'unpaid', payment: null })
    expect(factsOf(COMPLETED, ofNoPayment).filter(({ type }) => type !== 'link')).toEqual([])
  })

  it('says by its success, with the same name, that it is awaited no longer', () => {
    const [, purchase] = factsOf('checkout.session.async_payment_succeeded', session())
    expect(purchase).toMatchObject({ type: 'purchase', ref: 'cs_test_1', lines: [{ id: 'cs_test_1' }] })
    expect(purchase).not.toHaveProperty('isAwaited')
  })

  it('of a set-up only says whose it is', () => {
    expect(factsOf(COMPLETED, session({ mode: 'setup' }))).toMatchObject([{ type: 'link', userId: 'user_1' }])
  })

  it('counts what the shop wrote onto it', () => {
    const [, purchase] = factsOf(COMPLETED, session({ metadata: { product: 'price_book', quantity: '12' } }))
    expect(purchase).toMatchObject({ lines: [{ quantity: 12, ordered: 12 }] })
  })

  it('of a guest says who made it by its own ids', () => {
    const facts = factsOf(COMPLETED, session({ customer: null }))
    expect(facts[1]).toMatchObject({ type: 'purchase', customer: null })
    expect(facts[0]).toEqual({ ...link, customer: null })
  })

  it.each([
    [
      'the metadata before the reference, which a buyer can write',
      session({ userId: 'user_1', metadata: { user_id: 'user_2' }, mode: 'subscription' }),
      [{ userId: 'user_2', writer: 'server' }],
    ],
    [
      'the metadata without a reference',
      session({ userId: null, metadata: { user_id: 'user_2' }, mode: 'subscription' }),
      [{ userId: 'user_2', writer: 'server' }],
    ],
    [
      'the metadata with an empty reference',
      session({ userId: '', metadata: { user_id: 'user_2' }, mode: 'subscription' }),
      [{ userId: 'user_2', writer: 'server' }],
    ],
    ['nobody by an empty reference', session({ userId: '', mode: 'subscription' }), [{ userId: null }]],
    ['nobody by an e-mail address', session({ userId: null, mode: 'subscription' }), [{ userId: null }]],
  ])('names %s', (_name, object, named) => {
    expect(factsOf(COMPLETED, object)).toEqual(named.map((name) => ({ ...ofSubscription, ...name })))
  })

  it.each([
    ['line_items=absent', session({ metadata: {} })],
    ['metadata.quantity=a few', session({ metadata: { product: 'price_book', quantity: 'a few' } })],
    ['metadata.quantity=0', session({ metadata: { product: 'price_book', quantity: '0' } })],
  ])('waits, and only links, with %s', (unknown, object) => {
    expect(read(delivery(COMPLETED, NOW, object))).toEqual({ facts: [link], unknown: [unknown], flags: [] })
  })

  it('that may not be paid, as nobody knows its status, waits and links nobody', () => {
    const { facts, unknown } = read(delivery(COMPLETED, NOW, session({ paid: 'frozen' })))
    expect([facts, unknown]).toEqual([[], ['payment_status=frozen']])
  })

  it('waits in a mode that nobody knows', () => {
    expect(read(delivery(COMPLETED, NOW, session({ mode: 'barter' }))).unknown).toEqual(['mode=barter'])
  })
})

describe('an invoice', () => {
  /** A line as it has been since basil: by default one of the subscription, for March. */
  const line = ({ kind = 'subscription_item', proration = false, from = MARCH, to = APRIL } = {}) => ({
    id: 'il_1',
    amount: 1900,
    quantity: 2,
    period: { start: seconds(from), end: seconds(to) },
    pricing: { price_details: { price: 'price_pro', product: 'prod_1' } },
    parent: { [`${kind}_details`]: { proration, subscription_item: 'si_1' } },
  })
  const withLines = (object: object, ...data: readonly object[]) => ({ ...object, lines: { data } })
  const coversOf = (object: object) => {
    const facts = factsOf('invoice.paid', object)
    return facts.flatMap((fact) => (fact.type === 'payment' && fact.payment === 'in_1' ? [fact.covers] : []))
  }
  const ofMarch = { id: null, item: 'si_1', startsAt: ms(MARCH), endsAt: ms(APRIL), total: null }

  it.each(['invoice.paid', 'invoice.payment_succeeded'])('by %s only says what it stands for', (type) => {
    expect(factsOf(type, withLines(invoice({ userId: 'user_1' }), line()))).toEqual([
      { type: 'link', customer: 'cus_1', refs: ['sub_1'], userId: 'user_1', rank: 'own', writer: 'server' },
      {
        type: 'payment',
        of: ['sub_1', 'in_1'],
        payment: 'in_1',
        paidAt: ms(MARCH),
        money: { version: { at: 0, rank: 0 }, total: 1900, refunded: 0 },
        bill: null,
        covers: { type: 'period', lines: [ofMarch] },
      },
    ])
  })

  it('that is told without its lines pays for the period that began when it was made', () => {
    const lines = [{ id: null, item: null, startsAt: ms(MARCH), endsAt: null, total: null }]
    expect(coversOf(invoice())).toEqual([{ type: 'period', lines }])
  })

  it.each<[string, object, object]>([
    ['a proration: a change', withLines(invoice(), line({ proration: true })), { type: 'change' }],
    [
      'a proration beside a period: that period',
      withLines(invoice(), line({ proration: true }), line()),
      { type: 'period', lines: [ofMarch] },
    ],
    [
      'a period that is over, for what was used in it: nothing that is given',
      withLines(invoice({ paidAt: APRIL }), line()),
      { type: 'other' },
    ],
    ['something beside', withLines(invoice(), line({ kind: 'invoice_item' })), { type: 'other' }],
    [
      'what was put together by hand',
      withLines({ ...invoice(), billing_reason: 'manual' }, line()),
      { type: 'other' },
    ],
    [
      'an update, without its lines',
      { ...invoice(), billing_reason: 'subscription_update' },
      { type: 'change' },
    ],
  ])('of %s', (_name, object, covers) => {
    expect(coversOf(object)).toEqual([covers])
  })

  it('counts as paid what the balance of the customer paid, and not what a credit note took off', () => {
    const object = { ...invoice(), total: 1900, amount_paid: 500, pre_payment_credit_notes_amount: 400 }
    const [payment] = factsOf('invoice.paid', object)
    expect(payment).toMatchObject({ money: { total: 1500 } })
  })

  it.each(SHAPES)('of no subscription pays for what its lines sell once: %s', (shape) => {
    const sold = line({ kind: 'invoice_item' })
    const price = { id: 'price_pro', object: 'price', product: 'prod_1' }
    const before = { ...sold, type: 'invoiceitem', price, pricing: undefined, parent: undefined }
    const object = withLines(invoice({ subscription: null }, shape), shape === 'acacia' ? before : sold)
    const [purchase, payment] = factsOf('invoice.paid', object, shape)
    expect(purchase).toMatchObject({
      type: 'purchase',
      ref: 'in_1',
      document: 1,
      paidBy: 'in_1',
      lines: [{ id: 'il_1', product: 'price_pro', also: ['prod_1'], quantity: 2, ordered: 2 }],
    })
    expect(payment).toMatchObject({ type: 'payment', payment: 'in_1', covers: { type: 'other' } })
  })

  it('of a subscription sells what it bills once beside it', () => {
    const once = { ...line({ kind: 'invoice_item' }), parent: { type: 'invoice_item_details' } }
    const facts = factsOf('invoice.paid', withLines(invoice(), line(), once))
    expect(facts).toMatchObject([
      { type: 'purchase', ref: 'sub_1', paidBy: 'in_1', lines: [{ id: 'il_1' }] },
      { type: 'payment', covers: { type: 'period', lines: [ofMarch] } },
    ])
  })

  it('is named by its payment, by which refunds find it', () => {
    expect(factsOf('invoice_payment.paid', invoicePayment())).toMatchObject([
      {
        type: 'payment',
        of: ['in_1', 'pi_1'],
        payment: 'pi_1',
        money: { total: 1900, refunded: 0 },
        paidAt: ms(MARCH),
        bill: 'in_1',
        covers: null,
      },
    ])
  })

  it('that was paid elsewhere has no payment', () => {
    const payment = { type: 'payment_record', payment_record: 'pr_1' }
    expect(factsOf('invoice_payment.paid', { ...invoicePayment(), payment })).toEqual([])
  })

  it('says less of a payment than any charge, before or after', () => {
    const [told] = factsOf('invoice_payment.paid', invoicePayment())
    const [charged] = read(delivery('charge.succeeded', '2020-01-01T00:00:00Z', charge())).facts
    if (told?.type !== 'payment' || charged?.type !== 'payment') throw new Error('Cannot find the payments')
    expect(told.money?.version.at).toBeLessThan(charged.money?.version.at ?? 0)
  })
})

describe('a charge', () => {
  it.each(['charge.succeeded', 'charge.captured', 'charge.updated', 'charge.refunded'])(
    'by %s is a payment, with what was given back of it',
    (type) => {
      expect(factsOf(type, charge({ refunded: 1900 }))).toEqual([
        {
          type: 'payment',
          of: ['pi_1', 'ch_1'],
          payment: 'pi_1',
          paidAt: ms(MARCH),
          money: { version: { at: ms(NOW), rank: 3800 }, total: 1900, refunded: 1900 },
          bill: null,
          covers: null,
        },
      ])
    },
  )

  it('is measured by what was captured of it, not by what was asked for', () => {
    const [payment] = factsOf('charge.refunded', { ...charge({ refunded: 900 }), amount_captured: 900 })
    expect(payment).toMatchObject({ money: { total: 900, refunded: 900 } })
  })

  it('that is only held on the card is not paid', () => {
    const [payment] = factsOf('charge.succeeded', { ...charge(), captured: false, amount_captured: 0 })
    expect(payment).toMatchObject({ money: { total: 0 } })
  })

  it('of no payment intent goes by its own id', () => {
    const [payment] = factsOf('charge.succeeded', { ...charge(), payment_intent: null })
    expect(payment).toMatchObject({ payment: 'ch_1', of: ['ch_1'] })
  })

  it('that was refunded in part is flagged, one that was refunded wholly is not', () => {
    const refunded = (amount: number) =>
      read(delivery('charge.refunded', NOW, charge({ refunded: amount }))).flags
    expect(refunded(500)).toEqual(['partial_refund'])
    expect(refunded(1900)).toEqual([])
  })

  it.each(['pending', 'failed'])('that is %s is no payment', (status) => {
    expect(factsOf('charge.updated', charge({ status }))).toEqual([])
  })

  it('waits in a status that nobody knows', () => {
    expect(read(delivery('charge.updated', NOW, charge({ status: 'frozen' }))).unknown).toEqual([
      'status=frozen',
    ])
  })
})

describe('a payment without Checkout', () => {
  const intent = (metadata: object) => ({
    id: 'pi_1',
    object: 'payment_intent',
    amount_received: 4900,
    customer: 'cus_1',
    latest_charge: 'ch_1',
    metadata,
  })
  const SUCCEEDED = 'payment_intent.succeeded'

  it('is a purchase where the shop wrote the product onto it', () => {
    expect(
      factsOf(SUCCEEDED, intent({ product: 'price_book', quantity: '3', user_id: 'user_1' })),
    ).toMatchObject([
      { type: 'link', customer: 'cus_1', userId: 'user_1' },
      { type: 'purchase', ref: 'pi_1', aliases: ['ch_1'], lines: [{ product: 'price_book', quantity: 3 }] },
      { type: 'payment', payment: 'pi_1', money: { total: 4900, refunded: 0 }, covers: null },
    ])
  })

  it('says nothing where nobody wrote what it is for, and waits where the quantity is none', () => {
    expect(factsOf(SUCCEEDED, intent({}))).toEqual([])
    const some = intent({ product: 'price_book', quantity: 'some' })
    expect(read(delivery(SUCCEEDED, NOW, some)).unknown).toEqual(['metadata.quantity=some'])
  })
})

describe('a refund', () => {
  const reversal = {
    type: 'reversal',
    of: ['pi_1', 'ch_1'],
    id: 're_1',
    version: { at: ms(NOW), rank: 2 },
    undone: false,
    reverses: { type: 'amount', payment: 'pi_1', amount: 1900 },
    paidAt: null,
    reversedAt: ms(NOW),
  }

  it.each(['refund.created', 'refund.updated', 'charge.refund.updated'])(
    'by %s reverses its payment',
    (type) => {
      expect(factsOf(type, refund())).toEqual([reversal])
    },
  )

  it.each([
    ['refund.failed', 'failed'],
    ['refund.updated', 'canceled'],
  ])('by %s that is %s is undone', (type, status) => {
    expect(factsOf(type, refund({ status }))).toMatchObject([{ id: 're_1', undone: true }])
  })

  it('fails after it succeeded, where both share a second', () => {
    const rankOf = (status: string) => {
      const [fact] = factsOf('refund.updated', refund({ status }))
      return fact?.type === 'reversal' ? fact.version.rank : NaN
    }
    expect(rankOf('succeeded')).toBeLessThan(rankOf('failed'))
  })

  it.each(['pending', 'requires_action'])('that is %s does not count yet', (status) => {
    expect(factsOf('refund.created', refund({ status }))).toEqual([])
  })

  it('of no charge reverses nothing', () => {
    expect(factsOf('refund.created', { ...refund(), charge: null, payment_intent: null })).toEqual([])
  })

  it('goes by its charge where that has no payment intent', () => {
    const [fact] = factsOf('refund.created', { ...refund(), payment_intent: null })
    expect(fact).toMatchObject({ of: ['ch_1'], reverses: { payment: 'ch_1' } })
  })

  it.each(['frozen', null])('waits in the status %s', (status) => {
    expect(read(delivery('refund.updated', NOW, refund({ status }))).unknown).toEqual([`status=${status}`])
  })
})

describe('a dispute', () => {
  const factsWhen = (status: string, type = 'charge.dispute.updated') => factsOf(type, dispute(status))
  const hold = (held: boolean) => ({
    type: 'hold',
    of: ['pi_1', 'ch_1'],
    reason: 'dp_1',
    payment: 'pi_1',
    held,
  })

  it.each(['warning_needs_response', 'warning_under_review'])(
    'that is an inquiry (%s) is none yet',
    (status) => {
      expect(factsWhen(status)).toEqual([])
    },
  )

  it.each([
    ['charge.dispute.created', 'needs_response'],
    ['charge.dispute.funds_withdrawn', 'needs_response'],
    ['charge.dispute.updated', 'under_review'],
  ])('by %s holds what is disputed', (type, status) => {
    expect(factsWhen(status, type)).toMatchObject([hold(true)])
  })

  it.each(['warning_closed', 'prevented'])('that is %s is over', (status) => {
    expect(factsWhen(status)).toMatchObject([hold(false)])
  })

  it.each(['charge.dispute.closed', 'charge.dispute.funds_reinstated'])(
    'by %s that is won releases, even what was lost before',
    (type) => {
      expect(factsWhen('won', type)).toMatchObject([
        hold(false),
        { type: 'reversal', id: 'dp_1', undone: true, reverses: { amount: 0 } },
      ])
    },
  )

  it('that is lost releases, and takes away all that its payment paid for and nothing else', () => {
    expect(factsWhen('lost', 'charge.dispute.closed')).toMatchObject([
      {
        type: 'payment',
        payment: 'pi_1',
        money: { version: { at: 0, rank: 0 }, total: 1900, refunded: 0 },
        paidAt: null,
      },
      hold(false),
      {
        type: 'reversal',
        id: 'dp_1',
        undone: false,
        reverses: { type: 'amount', payment: 'pi_1', amount: Number.MAX_SAFE_INTEGER },
      },
    ])
  })

  it('is closed after it was opened, where both share a second', () => {
    const rankOf = (status: string) =>
      factsWhen(status).flatMap((fact) => (fact.type === 'hold' ? fact.version.rank : []))
    expect(rankOf('needs_response')[0]).toBeLessThan(rankOf('won')[0] ?? 0)
    expect(rankOf('under_review')[0]).toBeLessThan(rankOf('lost')[0] ?? 0)
  })

  it('waits in a status that nobody knows', () => {
    expect(read(delivery('charge.dispute.updated', NOW, dispute('frozen'))).unknown).toEqual([
      'status=frozen',
    ])
  })
})

it.each(['credit_note.created', 'credit_note.voided'])(
  '%s is flagged: its lines are an invoice’s',
  (type) => {
    const note = { id: 'cn_1', object: 'credit_note', invoice: 'in_1', amount: 500 }
    expect(read(delivery(type, NOW, note))).toEqual({ facts: [], unknown: [], flags: ['credit_note'] })
  },
)

describe('every order of arrival, with every event twice, ends in the same', () => {
  const policy = {
    graceMs: 7 * DAY,
    partialRefund: 'keep',
    spentRefund: 'floor_at_zero',
    amounts: 'on_active',
  } as const

  it.each(stripeScenarios)('$name', (scenario) => {
    const endings = endingsOf(stripe, scenario)
    const [first] = endings
    expect(new Set(endings.map((ending) => orderedText(ending.ending()))).size).toBe(1)
    expect(new Set(endings.map((ending) => ending.waitingCount()))).toEqual(new Set([0]))
    for (const { at, features } of scenario.expected.access)
      expect({ at, features: first?.features(scenario, policy, Date.parse(at)) }).toEqual({ at, features })
  })
})
