import { describe, expect, it } from 'vitest'
import { revenuecat } from '../../../src/checkout/providers/revenuecat/revenuecat.ts'
import { besideBySource } from '../../../src/domain/user/settling/beside-by-source.ts'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import type { Product } from '../../../src/domain/purchases/products/product.ts'
import { EMPTY_REGISTER, type Register } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { event } from '../payloads/revenuecat.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'

const MARCH = '2027-03-01T08:00:00.000Z'
const APRIL = '2027-04-01T08:00:00.000Z'
const MAY = '2027-05-01T08:00:00.000Z'
const IN_MARCH = '2027-03-10T08:00:00.000Z'

const POLICY = {
  graceMs: 0,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

const PRODUCTS = new Map<string, Product>(
  ['max:monthly', 'pro:monthly'].map((reference) => [
    reference,
    { id: reference, features: [{ feature: reference, type: 'boolean' }] },
  ]),
)

/** What an event says of an order of Google Play. */
function told(order: string, type: string, at: string, says: Readonly<Record<string, unknown>>) {
  const { body } = event(type, at, {
    store: 'PLAY_STORE',
    entitlement_ids: [],
    transaction_id: order,
    original_transaction_id: order,
    purchased_at_ms: Date.parse(MARCH),
    expiration_at_ms: Date.parse(APRIL),
    product_id: 'max:monthly',
    ...says,
  })
  const envelope = { eventId: 'any', account: '', type, occurredAt: Date.parse(at), mode: null }
  const { facts } = revenuecat.read(body, envelope, null)
  return facts
    .filter((fact) => fact.type !== 'link' && fact.type !== 'transfer')
    .map((fact) => [order, fact] as const)
}

/** When each order ends, and nothing else comes, whatever order they were told in. */
function endsOf(facts: readonly (readonly [string, SourceFact])[]) {
  const registers = new Map<string, Register>()
  for (const [order, fact] of facts) {
    registers.set(
      order,
      absorbFacts(registers.get(order) ?? EMPTY_REGISTER, [registerFact(fact)], CURRENT_RULES),
    )
  }
  const sources = [...registers].map(([ref, register]) => ({
    source: { provider: 'revenuecat', account: '', ref },
    register,
  }))
  const productOf = (reference: string) => PRODUCTS.get(reference)
  const beside = besideBySource(sources, () => productOf, POLICY)
  return Object.fromEntries(
    sources.flatMap(({ source, register }) =>
      gives(register, productOf, POLICY, beside.get(sourceKeyText(source))).given.map(
        ({ feature, terms }) => [
          feature,
          terms.endsAt === null ? null : new Date(terms.endsAt).toISOString(),
        ],
      ),
    ),
  )
}

const BOUGHT = told('GPA.1', 'INITIAL_PURCHASE', MARCH, {})
const CHANGED = told('GPA.1', 'PRODUCT_CHANGE', IN_MARCH, { new_product_id: 'pro:monthly' })

function begun(at: string, expiresAt: string, type = 'INITIAL_PURCHASE') {
  const says = {
    product_id: 'pro:monthly',
    purchased_at_ms: Date.parse(at),
    expiration_at_ms: Date.parse(expiresAt),
  }
  return told('GPA.2', type, at, says)
}

describe('a product change on Google Play', () => {
  it('at once ends the old product with the beginning of the new one, in any order', () => {
    const all = [...BOUGHT, ...CHANGED, ...begun(IN_MARCH, '2027-04-10T08:00:00.000Z')]
    for (const facts of [all, all.toReversed()]) {
      expect(endsOf(facts)).toEqual({ 'max:monthly': IN_MARCH, 'pro:monthly': '2027-04-10T08:00:00.000Z' })
    }
  })

  it('that is deferred takes nothing of what was paid for', () => {
    expect(endsOf([...BOUGHT, ...CHANGED])).toEqual({ 'max:monthly': APRIL })
    const all = [...BOUGHT, ...CHANGED, ...begun(APRIL, MAY)]
    for (const facts of [all, all.toReversed()]) {
      expect(endsOf(facts)).toEqual({ 'max:monthly': APRIL, 'pro:monthly': MAY })
    }
  })

  it('stays made, whatever is told of the old order afterwards', () => {
    const cancelled = told('GPA.1', 'CANCELLATION', '2027-03-11T08:00:00.000Z', {
      cancel_reason: 'UNSUBSCRIBE',
    })
    const all = [...BOUGHT, ...CHANGED, ...begun(IN_MARCH, '2027-04-10T08:00:00.000Z'), ...cancelled]
    expect(endsOf(all)).toMatchObject({ 'max:monthly': IN_MARCH })
    expect(endsOf(all.toReversed())).toMatchObject({ 'max:monthly': IN_MARCH })
  })
})

describe('a product change on the App Store', () => {
  it('ends nothing: the next renewal names the new product', () => {
    const changed = told('GPA.1', 'PRODUCT_CHANGE', IN_MARCH, {
      store: 'APP_STORE',
      new_product_id: 'pro:monthly',
    })
    const others = begun(IN_MARCH, '2027-04-10T08:00:00.000Z')
    expect(endsOf([...BOUGHT, ...changed, ...others])).toMatchObject({ 'max:monthly': APRIL })
  })
})
