import { describe, expect, it } from 'vitest'
import { Unparseable } from '../../../src/checkout/provider/provider.ts'
import { revenuecat } from '../../../src/checkout/providers/revenuecat/revenuecat.ts'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { WHOLE_AMOUNT } from '../../../src/domain/purchases/register/whole-amount.ts'
import { event, ms, transfer } from '../payloads/revenuecat.ts'
import type { Delivery } from '../scenario.ts'
import { revenuecatScenarios } from '../scenarios/revenuecat.ts'
import { envelopeOf, expectConvergence, readingOf } from './arrivals.ts'

const AT = '2027-03-20T08:00:00Z'
const ANONYMOUS = '$RCAnonymousID:0f0f0f0f0f0f4f0f8f0f0f0f0f0f0f0f'
const NOTHING = { facts: [], unknown: [], flags: [] }
const read = (sent: Delivery) => readingOf(revenuecat, sent)
const snapshotOf = (sent: Delivery) => read(sent).facts.find((fact) => fact.type === 'subscription')
/** The end of what a snapshot says: of its period, and of all where that is decided. */
const MARCH_1 = ms('2027-03-01T08:00:00Z')
const APRIL_1 = ms('2027-04-01T08:00:00Z')
const inMarch = [{ period: { startsAt: MARCH_1, endsAt: APRIL_1 } }]
const linksOf = (sent: Delivery) => read(sent).facts.filter((fact) => fact.type === 'link')

describe('the envelope of a RevenueCat event', () => {
  it('has the event’s id, which a retry keeps, and its time', () => {
    const sent = event('RENEWAL', AT, { id: 'E-1' })
    expect(envelopeOf(revenuecat, sent)).toEqual({
      eventId: 'E-1',
      account: '',
      type: 'RENEWAL',
      occurredAt: ms(AT),
      mode: 'live',
    })
  })

  it('says its mode by the environment, and none where there is none', () => {
    const modeOf = (sent: Delivery) => envelopeOf(revenuecat, sent).mode
    expect(modeOf(event('RENEWAL', AT, { environment: 'SANDBOX' }))).toBe('test')
    expect(modeOf(transfer(AT, ['a'], ['b']))).toBeNull()
    expect(modeOf(event('RENEWAL', AT, { environment: 'constructor' }))).toBeNull()
  })

  it('is refused, naming the field, for a body that is no event', () => {
    expect(() => envelopeOf(revenuecat, { body: { event: { type: 'RENEWAL' } } })).toThrow(Unparseable)
    expect(() => envelopeOf(revenuecat, { body: { event: { id: 'E', type: 'RENEWAL' } } })).toThrow(
      'event.event_timestamp_ms',
    )
  })
})

describe('what is active', () => {
  it('is a snapshot of its original transaction, and a payment for the time until it expires', () => {
    const { facts } = read(event('RENEWAL', AT, { transaction_id: '430001000000009' }))
    expect(facts.find(({ type }) => type === 'payment')).toEqual({
      type: 'payment',
      of: ['430001000000001'],
      payment: '430001000000009',
      paidAt: MARCH_1,
      // Its sum is not told: only all of it can be given back.
      money: { version: { at: 0, rank: 0 }, total: WHOLE_AMOUNT, refunded: 0 },
      bill: null,
      covers: {
        type: 'period',
        lines: [{ id: null, item: null, startsAt: MARCH_1, endsAt: APRIL_1, total: null }],
      },
    })
    expect(snapshotOf(event('RENEWAL', AT, { transaction_id: '430001000000009' }))).toEqual({
      type: 'subscription',
      ref: '430001000000001',
      aliases: ['430001000000009'],
      customer: 'u_ada',
      // By transaction, and of one by when it was told.
      version: { at: MARCH_1, rank: ms(AT) * 4 },
      terminal: false,
      state: 'active',
      toldAt: ms(AT),
      startsAt: MARCH_1,
      endsAt: null,
      tellsPayments: false,
      items: [
        {
          id: '430001000000001',
          product: 'reader.monthly',
          also: ['reader'],
          quantity: 1,
          ordered: 1,
          period: { startsAt: MARCH_1, endsAt: APRIL_1 },
        },
      ],
    })
  })

  it.each([
    ['INITIAL_PURCHASE', null],
    ['RENEWAL', null],
    ['UNCANCELLATION', null],
    ['SUBSCRIPTION_EXTENDED', null],
    ['REFUND_REVERSED', null],
    ['TEMPORARY_ENTITLEMENT_GRANT', APRIL_1],
    ['NON_RENEWING_PURCHASE', APRIL_1],
  ])('by %s is in its period, and ends with it: %s', (type, endsAt) => {
    expect(snapshotOf(event(type, AT))).toMatchObject({ state: 'active', endsAt, items: inMarch })
  })

  it('is a trial by its period type, and ends with its period when promoted or prepaid', () => {
    const told = (period_type: string) => snapshotOf(event('INITIAL_PURCHASE', AT, { period_type }))
    expect(told('TRIAL')).toMatchObject({ state: 'trialing', endsAt: null })
    expect(told('PROMOTIONAL')).toMatchObject({ state: 'active', endsAt: APRIL_1 })
    expect(told('PREPAID')).toMatchObject({ state: 'active', endsAt: APRIL_1 })
  })

  it('with a period type that nobody knows is given, and flagged', () => {
    const reading = read(event('RENEWAL', AT, { period_type: 'WIN_BACK' }))
    expect(reading.flags).toEqual(['period_type=WIN_BACK'])
    expect(snapshotOf(event('RENEWAL', AT, { period_type: 'WIN_BACK' }))).toMatchObject({ state: 'active' })
  })

  it('has no gap when a renewal is told the day before its period begins', () => {
    const early = event('RENEWAL', AT, { purchased_at_ms: ms('2027-03-21T06:00:00Z') })
    expect(snapshotOf(early)).toMatchObject({ startsAt: ms(AT) })
  })

  it('has one period, whenever something is told of its transaction', () => {
    const next = { purchased_at_ms: ms('2027-03-21T06:00:00Z'), expiration_at_ms: ms('2027-04-21T06:00:00Z') }
    const early = snapshotOf(event('RENEWAL', AT, next))
    const later = snapshotOf(event('CANCELLATION', '2027-03-25T08:00:00Z', next))
    expect(early).toMatchObject({ items: [{ period: { startsAt: next.purchased_at_ms } }] })
    expect(later?.items).toEqual(early?.items)
    expect(later?.version.at).toBe(early?.version.at)
  })

  it('is found by its transaction where there is no original one, as in a temporary grant', () => {
    const granted = event('TEMPORARY_ENTITLEMENT_GRANT', AT, {
      original_transaction_id: undefined,
      environment: undefined,
    })
    expect(snapshotOf(granted)).toMatchObject({ ref: '430001000000001', aliases: [] })
  })

  it('names a Play product with its base plan', () => {
    const sent = event('RENEWAL', AT, { product_id: 'reader:monthly-autorenewing' })
    expect(snapshotOf(sent)).toMatchObject({ items: [{ product: 'reader:monthly-autorenewing' }] })
  })
})

describe('what was bought once', () => {
  it('is for life only where it says so', () => {
    const forLife = snapshotOf(event('NON_RENEWING_PURCHASE', AT, { expiration_at_ms: null }))
    expect(forLife).toMatchObject({ endsAt: null, items: [{ period: null }] })
    const missing = read(event('NON_RENEWING_PURCHASE', AT, { expiration_at_ms: undefined }))
    expect(missing).toEqual({ ...NOTHING, unknown: ['expiration_at_ms=missing'] })
  })
})

describe('what is malformed', () => {
  it.each([null, undefined, 'soon'])(
    'never means for life: a renewal that expires %s',
    (expiration_at_ms) => {
      expect(read(event('RENEWAL', AT, { expiration_at_ms }))).toEqual({
        ...NOTHING,
        unknown: ['expiration_at_ms=missing'],
      })
    },
  )

  it('never takes anything away: entitlement_ids of null', () => {
    const told = { entitlement_id: null, entitlement_ids: null }
    const { facts, unknown } = read(event('RENEWAL', AT, told))
    expect(unknown).toEqual([])
    expect(facts.find(({ type }) => type === 'subscription')).toMatchObject({
      state: 'active',
      items: [{ product: 'reader.monthly', also: [] }],
    })
  })

  it('waits for somebody to look: no product, no transaction, an environment that nobody knows', () => {
    const unknownOf = (says: object) => read(event('RENEWAL', AT, { ...says })).unknown
    expect(unknownOf({ product_id: null })).toEqual(['product_id=missing'])
    expect(unknownOf({ transaction_id: null, original_transaction_id: null })).toEqual([
      'transaction_id=missing',
    ])
    expect(unknownOf({ environment: 'STAGING' })).toEqual(['environment=STAGING'])
  })
})

describe('what ends', () => {
  it.each(['UNSUBSCRIBE', 'DEVELOPER_INITIATED', 'PRICE_INCREASE', 'UNKNOWN', 'SOMETHING_NEW'])(
    'was cancelled for %s and lasts until it expires',
    (cancel_reason) => {
      expect(snapshotOf(event('CANCELLATION', AT, { cancel_reason }))).toMatchObject({
        state: 'active',
        endsAt: APRIL_1,
        items: inMarch,
      })
    },
  )

  it('was refunded by customer support: all of its transaction, and of no other', () => {
    const sent = event('CANCELLATION', AT, { cancel_reason: 'CUSTOMER_SUPPORT', transaction_id: '9' })
    expect(read(sent).facts).toContainEqual({
      type: 'reversal',
      of: ['430001000000001'],
      id: 'refund/9',
      version: { at: ms(AT), rank: 0 },
      undone: false,
      reverses: { type: 'amount', payment: '9', amount: WHOLE_AMOUNT },
      paidAt: null,
      reversedAt: ms(AT),
    })
    const back = event('REFUND_REVERSED', '2027-03-22T08:00:00Z', { transaction_id: '9' })
    expect(read(back).facts).toContainEqual(expect.objectContaining({ id: 'refund/9', undone: true }))
  })

  it('of an older transaction does not end a newer one, whenever that is told', () => {
    const newer = {
      transaction_id: '9',
      purchased_at_ms: APRIL_1,
      expiration_at_ms: ms('2027-05-01T08:00:00Z'),
    }
    const told = [
      event('RENEWAL', '2027-04-01T08:00:02Z', newer),
      event('EXPIRATION', '2027-04-02T08:00:00Z'),
    ]
    const facts = told.flatMap((sent) => snapshotOf(sent) ?? []).map(registerFact)
    for (const inOrder of [facts, facts.toReversed()]) {
      const { subscription } = absorbFacts(EMPTY_REGISTER, inOrder, CURRENT_RULES)
      expect(subscription).toMatchObject({ state: 'active', endsAt: null })
    }
  })

  it.each(['UNSUBSCRIBE', 'BILLING_ERROR', 'SUBSCRIPTION_PAUSED'])('expired for %s', (expiration_reason) => {
    const expired = snapshotOf(event('EXPIRATION', '2027-04-01T08:00:09Z', { expiration_reason }))
    expect(expired).toMatchObject({ state: 'ended', endsAt: APRIL_1, terminal: false })
    expect(snapshotOf(event('EXPIRATION', AT))).toMatchObject({ endsAt: ms(AT) })
  })
})

describe('a change of the product', () => {
  const change = { new_product_id: 'reader.yearly' }

  it('ends the old product with the beginning of the new one where that is a purchase of its own, as on Google Play', () => {
    const sent = event('PRODUCT_CHANGE', AT, { ...change, store: 'PLAY_STORE' })
    const { startsAt } = snapshotOf(sent) ?? {}
    expect(snapshotOf(sent)).toMatchObject({
      state: 'active',
      replacedBy: { product: 'reader.yearly', since: startsAt },
    })
  })

  it('elsewhere leaves the old one until a renewal names the new one', () => {
    const sent = event('PRODUCT_CHANGE', AT, { ...change, store: 'APP_STORE' })
    expect(read(sent)).toEqual(NOTHING)
  })
})

describe('virtual currency', () => {
  const moved = (amount: number, says: object = {}) =>
    event('VIRTUAL_CURRENCY_TRANSACTION', AT, {
      virtual_currency_transaction_id: 'vct_1',
      adjustments: [{ amount, currency: { code: 'GLD' } }],
      ...says,
    })

  it('that is credited is bought once, so many of its code', () => {
    expect(read(moved(250)).facts.at(-1)).toMatchObject({
      type: 'purchase',
      ref: 'virtual-currency/vct_1',
      customer: 'u_ada',
      startsAt: ms(AT),
      endsAt: null,
      lines: [{ id: 'vct_1/GLD', product: 'GLD', quantity: 250, ordered: 250 }],
    })
  })

  it('that is spent there is none of ours, and is shown', () => {
    expect(read(moved(-250))).toEqual({ ...NOTHING, flags: ['virtual_currency_taken'] })
  })

  it('without its transaction or its adjustments waits for somebody to look', () => {
    const unknownOf = (says: object) => read(moved(1, says)).unknown
    expect(unknownOf({ virtual_currency_transaction_id: null })).toEqual([
      'virtual_currency_transaction_id=missing',
    ])
    expect(unknownOf({ adjustments: 'many' })).toEqual(['adjustments=malformed'])
  })
})

describe('a payment that fails', () => {
  it('keeps access until the store’s grace ends, else until it expires', () => {
    const grace = event('BILLING_ISSUE', AT, { grace_period_expiration_at_ms: ms('2027-04-17T08:00:00Z') })
    expect(snapshotOf(grace)).toMatchObject({ state: 'active', endsAt: ms('2027-04-17T08:00:00Z') })
    const none = event('BILLING_ISSUE', AT, { grace_period_expiration_at_ms: null })
    expect(snapshotOf(none)).toMatchObject({ state: 'active', endsAt: APRIL_1 })
  })

  it('is not cut off by the cancellation that is sent with it', () => {
    expect(read(event('CANCELLATION', AT, { cancel_reason: 'BILLING_ERROR' }))).toEqual(NOTHING)
  })

  it('orders what is told of one moment: issue, cancellation, expiration', () => {
    const rankOf = (type: string) => snapshotOf(event(type, AT))?.version.rank ?? NaN
    const ranks = ['RENEWAL', 'BILLING_ISSUE', 'CANCELLATION', 'EXPIRATION'].map(rankOf)
    expect(ranks.map((rank) => rank - ms(AT) * 4)).toEqual([0, 1, 2, 3])
  })
})

it.each([
  'SUBSCRIPTION_PAUSED',
  'TEST',
  'INVOICE_ISSUANCE',
  'EXPERIMENT_ENROLLMENT',
  'SOMETHING_NEW',
  'constructor',
])('%s changes nothing', (type) => {
  expect(read(event(type, AT))).toEqual(NOTHING)
})

describe('the user of a RevenueCat customer', () => {
  const BOUGHT = '430001000000001'

  it('is the app user id, by which the anonymous ones go, too', () => {
    expect(linksOf(event('RENEWAL', AT))).toEqual([
      {
        type: 'link',
        customer: 'u_ada',
        refs: [BOUGHT],
        userId: 'u_ada',
        rank: 'own',
        writer: 'buyer',
        store: 'APP_STORE',
      },
      { type: 'link', customer: ANONYMOUS, refs: [], userId: 'u_ada', rank: 'own', writer: 'provider' },
    ])
  })

  it('is looked for in the original id and the aliases when the one seen last is anonymous', () => {
    const byAlias = event('RENEWAL', AT, { app_user_id: ANONYMOUS })
    expect(linksOf(byAlias)).toEqual([
      {
        type: 'link',
        customer: ANONYMOUS,
        refs: [BOUGHT],
        userId: 'u_ada',
        rank: 'own',
        writer: 'buyer',
        store: 'APP_STORE',
      },
      { type: 'link', customer: ANONYMOUS, refs: [], userId: 'u_ada', rank: 'own', writer: 'provider' },
    ])
    expect(snapshotOf(byAlias)).toMatchObject({ customer: ANONYMOUS })
    const byOriginal = event('RENEWAL', AT, {
      app_user_id: ANONYMOUS,
      original_app_user_id: 'u_ada',
      aliases: [],
    })
    expect(linksOf(byOriginal)).toContainEqual({
      type: 'link',
      customer: ANONYMOUS,
      refs: [],
      userId: 'u_ada',
      rank: 'own',
      writer: 'provider',
    })
  })

  it('is never an anonymous id, and one user is never another', () => {
    const nobody = { app_user_id: ANONYMOUS, original_app_user_id: ANONYMOUS, aliases: [ANONYMOUS] }
    expect(linksOf(event('RENEWAL', AT, nobody))).toMatchObject([{ userId: null, refs: [BOUGHT] }])
    const two = event('RENEWAL', AT, { aliases: ['u_ada', 'u_grace'] })
    expect(linksOf(two).filter(({ customer }) => customer === 'u_grace')).toEqual([])
  })

  it('is also one that an address has to encode', () => {
    const app_user_id = "o'brien+news@example.com"
    const links = linksOf(event('RENEWAL', AT, { app_user_id, original_app_user_id: ANONYMOUS, aliases: [] }))
    expect(links).toMatchObject([{ userId: app_user_id, refs: [BOUGHT] }, { customer: ANONYMOUS }])
  })

  it('is told by an alias event', () => {
    expect(linksOf(event('SUBSCRIBER_ALIAS', AT))).toHaveLength(2)
    expect(snapshotOf(event('SUBSCRIBER_ALIAS', AT))).toBeUndefined()
  })
})

describe('a transfer', () => {
  it('has no app user id, and is of one store, from every old id to the new user', () => {
    expect(read(transfer(AT, [ANONYMOUS, 'u_ada'], ['$RCAnonymousID:1a1a', 'u_grace'])).facts).toEqual([
      {
        type: 'link',
        customer: '$RCAnonymousID:1a1a',
        refs: [],
        userId: 'u_grace',
        rank: 'own',
        writer: 'provider',
      },
      { type: 'link', customer: 'u_grace', refs: [], userId: 'u_grace', rank: 'own', writer: 'provider' },
      { type: 'transfer', from: [ANONYMOUS, 'u_ada'], to: 'u_grace', store: 'APP_STORE' },
    ])
  })

  it('may go to somebody who is not known yet', () => {
    expect(read(transfer(AT, ['u_ada'], [ANONYMOUS])).facts).toEqual([
      { type: 'transfer', from: ['u_ada'], to: ANONYMOUS, store: 'APP_STORE' },
    ])
  })

  it('without its two ends waits for somebody to look', () => {
    expect(read(transfer(AT, [], ['u_ada'])).unknown).toEqual(['transferred_from=missing'])
  })

  it('waits for somebody to look where it is from more customers than are moved at once', () => {
    const from = Array.from({ length: 101 }, (_, index) => `u_${index}`)
    expect(read(transfer(AT, from.slice(1), ['u_ada'])).unknown).toEqual([])
    expect(read(transfer(AT, from, ['u_ada']))).toEqual({
      ...NOTHING,
      unknown: ['transferred_from=more_than_100'],
    })
    expect(read(transfer(AT, ['u_ada'], [])).unknown).toEqual(['transferred_to=missing'])
  })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(revenuecatScenarios)('$name', (scenario) => {
    expectConvergence(revenuecat, scenario)
  })
})
