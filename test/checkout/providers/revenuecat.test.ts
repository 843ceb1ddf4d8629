import { describe, expect, it } from 'vitest'
import { Unparseable } from '../../../src/checkout/provider.ts'
import { revenuecat } from '../../../src/checkout/providers/revenuecat.ts'
import { EMPTY_REGISTER, absorb } from '../../../src/domain/checkout/register.ts'
import { event, ms, transfer } from '../payloads/revenuecat.ts'
import type { Delivery } from '../scenario.ts'
import { revenuecatScenarios } from '../scenarios/revenuecat.ts'
import { envelopeOf, expectConvergence, readingOf } from './arrivals.ts'

const AT = '2027-03-20T08:00:00Z'
const ANONYMOUS = '$RCAnonymousID:0f0f0f0f0f0f4f0f8f0f0f0f0f0f0f0f'
const NOTHING = { facts: [], unknown: [], flags: [] }
const read = (sent: Delivery) => readingOf(revenuecat, sent)
const snapshotOf = (sent: Delivery) => read(sent).facts.find((fact) => fact.type === 'subscription')
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
  it('is a snapshot of its original transaction until it expires', () => {
    expect(snapshotOf(event('RENEWAL', AT, { transaction_id: '430001000000009' }))).toEqual({
      type: 'subscription',
      ref: '430001000000001',
      aliases: ['430001000000009'],
      customer: 'u_ada',
      version: { at: ms(AT), rank: -1 },
      terminal: false,
      access: 'given',
      trial: false,
      startsAt: ms('2027-03-01T08:00:00Z'),
      paidUntil: ms('2027-04-01T08:00:00Z'),
      renews: true,
      period: null,
      items: [{ id: '430001000000001', product: 'reader.monthly', quantity: 1, ordered: 1 }],
    })
  })

  it.each([
    ['INITIAL_PURCHASE', true],
    ['RENEWAL', true],
    ['UNCANCELLATION', true],
    ['SUBSCRIPTION_EXTENDED', true],
    ['REFUND_REVERSED', true],
    ['TEMPORARY_ENTITLEMENT_GRANT', false],
    ['NON_RENEWING_PURCHASE', false],
  ])('by %s lasts until it expires; it renews: %s', (type, renews) => {
    const paidUntil = ms('2027-04-01T08:00:00Z')
    expect(snapshotOf(event(type, AT))).toMatchObject({ access: 'given', paidUntil, renews })
  })

  it('is a trial by its period type, and does not renew when promoted or prepaid', () => {
    const told = (period_type: string) => snapshotOf(event('INITIAL_PURCHASE', AT, { period_type }))
    expect(told('TRIAL')).toMatchObject({ trial: true, renews: true })
    expect(told('PROMOTIONAL')).toMatchObject({ trial: false, renews: false })
    expect(told('PREPAID')).toMatchObject({ trial: false, renews: false })
  })

  it('with a period type that nobody knows is given, and flagged', () => {
    const reading = read(event('RENEWAL', AT, { period_type: 'WIN_BACK' }))
    expect(reading.flags).toEqual(['period_type=WIN_BACK'])
    expect(reading.facts.at(-1)).toMatchObject({ access: 'given', trial: false })
  })

  it('has no gap when a renewal is told the day before its period begins', () => {
    const early = event('RENEWAL', AT, { purchased_at_ms: ms('2027-03-21T06:00:00Z') })
    expect(snapshotOf(early)).toMatchObject({ startsAt: ms(AT) })
  })

  it('is found by its transaction where there is no original one, as in a temporary grant', () => {
    const { facts } = read(
      event('TEMPORARY_ENTITLEMENT_GRANT', AT, {
        original_transaction_id: undefined,
        environment: undefined,
      }),
    )
    expect(facts.at(-1)).toMatchObject({ ref: '430001000000001', aliases: [] })
  })

  it('names a Play product with its base plan', () => {
    const sent = event('RENEWAL', AT, { product_id: 'reader:monthly-autorenewing' })
    expect(snapshotOf(sent)).toMatchObject({ items: [{ product: 'reader:monthly-autorenewing' }] })
  })
})

describe('what was bought once', () => {
  it('is for life only where it says so', () => {
    const forLife = snapshotOf(event('NON_RENEWING_PURCHASE', AT, { expiration_at_ms: null }))
    expect(forLife).toMatchObject({ paidUntil: null, renews: false })
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
    expect(snapshotOf(event('RENEWAL', AT, told))).toEqual(snapshotOf(event('RENEWAL', AT)))
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
  const march20 = ms(AT)

  it.each(['UNSUBSCRIBE', 'DEVELOPER_INITIATED', 'PRICE_INCREASE', 'UNKNOWN', 'SOMETHING_NEW'])(
    'was cancelled for %s and lasts until it expires',
    (cancel_reason) => {
      expect(snapshotOf(event('CANCELLATION', AT, { cancel_reason }))).toMatchObject({
        paidUntil: ms('2027-04-01T08:00:00Z'),
        renews: false,
      })
    },
  )

  it('was refunded and ends now, whenever it would have expired', () => {
    const refunded = (expiration_at_ms: number | null) =>
      snapshotOf(event('CANCELLATION', AT, { cancel_reason: 'CUSTOMER_SUPPORT', expiration_at_ms }))
    expect(refunded(ms('2027-04-01T08:00:00Z'))).toMatchObject({ paidUntil: march20, renews: false })
    expect(refunded(march20 - 1)).toMatchObject({ paidUntil: march20 - 1 })
    expect(refunded(null)).toMatchObject({ paidUntil: march20 })
  })

  it('stays refunded when an older renewal comes late', () => {
    const refunded = snapshotOf(event('CANCELLATION', AT, { cancel_reason: 'CUSTOMER_SUPPORT' }))
    const renewed = snapshotOf(event('RENEWAL', '2027-03-01T08:00:00Z'))
    if (!refunded || !renewed) throw new Error('Nothing was told')
    const register = absorb(absorb(EMPTY_REGISTER, refunded), renewed)
    expect(register.subscription).toMatchObject({ paidUntil: march20 })
  })

  it.each(['UNSUBSCRIBE', 'BILLING_ERROR', 'SUBSCRIPTION_PAUSED'])('expired for %s', (expiration_reason) => {
    const expired = snapshotOf(event('EXPIRATION', '2027-04-01T08:00:09Z', { expiration_reason }))
    const paidUntil = ms('2027-04-01T08:00:00Z')
    expect(expired).toMatchObject({ paidUntil, renews: false, terminal: false })
    expect(snapshotOf(event('EXPIRATION', AT))).toMatchObject({ paidUntil: march20 })
  })
})

describe('a payment that fails', () => {
  it('keeps access until the store’s grace ends, else until it expires', () => {
    const grace = event('BILLING_ISSUE', AT, { grace_period_expiration_at_ms: ms('2027-04-17T08:00:00Z') })
    expect(snapshotOf(grace)).toMatchObject({ paidUntil: ms('2027-04-17T08:00:00Z'), renews: false })
    const none = event('BILLING_ISSUE', AT, { grace_period_expiration_at_ms: null })
    expect(snapshotOf(none)).toMatchObject({ paidUntil: ms('2027-04-01T08:00:00Z'), renews: false })
  })

  it('is not cut off by the cancellation that is sent with it', () => {
    expect(read(event('CANCELLATION', AT, { cancel_reason: 'BILLING_ERROR' }))).toEqual(NOTHING)
  })

  it('orders what is told of one moment: issue, cancellation, expiration', () => {
    const rankOf = (type: string) => snapshotOf(event(type, AT))?.version.rank ?? NaN
    const ranks = ['RENEWAL', 'BILLING_ISSUE', 'CANCELLATION', 'EXPIRATION'].map(rankOf)
    expect(ranks).toEqual([-1, 0, 1, 2])
  })
})

it.each([
  'PRODUCT_CHANGE',
  'SUBSCRIPTION_PAUSED',
  'TEST',
  'INVOICE_ISSUANCE',
  'EXPERIMENT_ENROLLMENT',
  'VIRTUAL_CURRENCY_TRANSACTION',
  'SOMETHING_NEW',
  'constructor',
])('%s changes nothing', (type) => {
  expect(read(event(type, AT))).toEqual(NOTHING)
})

describe('the user of a RevenueCat customer', () => {
  const BOUGHT = '430001000000001'

  it('is the app user id, by which the anonymous ones go, too', () => {
    expect(linksOf(event('RENEWAL', AT))).toEqual([
      { type: 'link', customer: 'u_ada', refs: [BOUGHT], userId: 'u_ada', rank: 'own' },
      { type: 'link', customer: ANONYMOUS, refs: [], userId: 'u_ada', rank: 'own' },
    ])
  })

  it('is looked for in the original id and the aliases when the one seen last is anonymous', () => {
    const byAlias = event('RENEWAL', AT, { app_user_id: ANONYMOUS })
    expect(linksOf(byAlias)).toEqual([
      { type: 'link', customer: ANONYMOUS, refs: [BOUGHT], userId: 'u_ada', rank: 'own' },
      { type: 'link', customer: ANONYMOUS, refs: [], userId: 'u_ada', rank: 'own' },
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
    })
  })

  it('is never an anonymous id, and one user is never another', () => {
    const nobody = { app_user_id: ANONYMOUS, original_app_user_id: ANONYMOUS, aliases: [ANONYMOUS] }
    expect(linksOf(event('RENEWAL', AT, nobody))).toEqual([])
    const two = event('RENEWAL', AT, { aliases: ['u_ada', 'u_grace'] })
    expect(linksOf(two).filter(({ customer }) => customer === 'u_grace')).toEqual([])
  })

  it('is told by an alias event', () => {
    expect(linksOf(event('SUBSCRIBER_ALIAS', AT))).toHaveLength(2)
    expect(snapshotOf(event('SUBSCRIBER_ALIAS', AT))).toBeUndefined()
  })
})

describe('a transfer', () => {
  it('has no app user id, and moves all from every old id to the new user', () => {
    expect(read(transfer(AT, [ANONYMOUS, 'u_ada'], ['$RCAnonymousID:1a1a', 'u_grace'])).facts).toEqual([
      { type: 'link', customer: '$RCAnonymousID:1a1a', refs: [], userId: 'u_grace', rank: 'own' },
      { type: 'link', customer: 'u_grace', refs: [], userId: 'u_grace', rank: 'own' },
      { type: 'transfer', from: [ANONYMOUS, 'u_ada'], to: 'u_grace' },
    ])
  })

  it('may go to somebody who is not known yet', () => {
    expect(read(transfer(AT, ['u_ada'], [ANONYMOUS])).facts).toEqual([
      { type: 'transfer', from: ['u_ada'], to: ANONYMOUS },
    ])
  })

  it('without its two ends waits for somebody to look', () => {
    expect(read(transfer(AT, [], ['u_ada'])).unknown).toEqual(['transferred_from=missing'])
    expect(read(transfer(AT, ['u_ada'], [])).unknown).toEqual(['transferred_to=missing'])
  })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(revenuecatScenarios)('$name', (scenario) => {
    expectConvergence(revenuecat, scenario)
  })
})
