import { describe, expect, it } from 'vitest'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import { mergeRegisters } from '../../../src/domain/purchases/register/merge-registers.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import {
  type RegisterBefore,
  upgradeRegister,
} from '../../../src/domain/purchases/register/register-before.ts'
import { HOUR } from '../samples.ts'
import { MONTH, NEXT_MONTH, aBilledItem, aProduct, aSubscription, anItem, registerOf } from './facts.ts'

const POLICY: Policy = {
  graceMs: HOUR,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}
const CALLS = aProduct({ feature: 'calls', type: 'metered', amount: 10 })

/** A subscription as the version before knew it; the start of its period was guessed by a day. */
const GUESSED = { startsAt: MONTH.startsAt - 24 * HOUR, endsAt: MONTH.endsAt }
const BEFORE = {
  subscription: {
    version: { at: MONTH.startsAt, rank: 0 },
    terminal: false,
    access: 'given',
    trial: false,
    startsAt: MONTH.startsAt,
    paidUntil: MONTH.endsAt,
    renews: true,
    period: GUESSED,
    items: [anItem()],
  },
} as const satisfies RegisterBefore

const givenBy = (register: ReturnType<typeof upgradeRegister>) => {
  const { given } = gives(register, CALLS, POLICY)
  return given.map(({ terms: { allowance, endsAt, graceEndsAt, trial }, held, periodKeys: names }) => {
    const amount = allowance.type === 'metered' ? allowance.amount : null
    return { amount, endsAt, graceEndsAt, trial, held, names }
  })
}
const ofStripe = (facts: Partial<(typeof BEFORE)['subscription']> | object = {}, rest: RegisterBefore = {}) =>
  upgradeRegister('stripe', { ...rest, subscription: { ...BEFORE.subscription, ...facts } })

describe('a register of the version before', () => {
  it('gives what it gave', () => {
    const given = { amount: 10, endsAt: MONTH.endsAt, graceEndsAt: MONTH.endsAt + HOUR, held: false }
    expect(givenBy(ofStripe())).toMatchObject([{ ...given, trial: false }])
    expect(givenBy(ofStripe({ trial: true }))).toMatchObject([{ ...given, trial: true }])
    expect(givenBy(ofStripe({ renews: false }))).toMatchObject([{ ...given, graceEndsAt: null }])
    expect(givenBy(ofStripe({ access: 'held' }))).toMatchObject([{ held: true }])
    expect(givenBy(ofStripe({ access: 'none' }))).toEqual([])
  })

  it('calls its period what that was called, also once the first event names it otherwise', () => {
    const next = mergeRegisters(
      ofStripe(),
      registerOf(aSubscription({ version: { at: MONTH.startsAt + 1, rank: 0 } })),
    )
    const [given] = givenBy(next)
    expect(given).toMatchObject({ amount: 10, endsAt: MONTH.endsAt })
    expect(given?.names).toContain(GUESSED.startsAt)
  })

  it('gives the next period anew, and does not call that what the last was called', () => {
    const items = [aBilledItem({ period: NEXT_MONTH })]
    const version = { at: NEXT_MONTH.startsAt, rank: 0 }
    const [given] = givenBy(mergeRegisters(ofStripe(), registerOf(aSubscription({ version, items }))))
    expect(given).toMatchObject({ endsAt: NEXT_MONTH.endsAt, names: [NEXT_MONTH.startsAt] })
  })

  it('keeps taken what was refunded in full within the period, and given what was not', () => {
    const payment = (refunded: number, paidAt: number) => ({
      payments: {
        pay: { payment: 'pay', version: { at: 1, rank: 0 }, total: 100, refunded, paidAt },
      },
    })
    expect(givenBy(ofStripe({}, payment(100, MONTH.startsAt)))).toEqual([])
    expect(givenBy(ofStripe({}, payment(99, MONTH.startsAt)))).toHaveLength(1)
    expect(givenBy(ofStripe({}, payment(100, GUESSED.startsAt - 1)))).toHaveLength(1)
  })

  it('keeps what was bought once, and what was given back of it', () => {
    const lines = {
      a: {
        ...anItem({ id: 'a', quantity: 2, ordered: 2 }),
        version: { at: 1, rank: 0 },
        startsAt: null,
        endsAt: null,
      },
    }
    expect(upgradeRegister('shopify', { lines })).toMatchObject({
      rules: 2,
      lines,
      subscription: null,
      before: null,
    })
  })

  it('is the same when it is of today', () => {
    const register = registerOf(aSubscription())
    expect(upgradeRegister('stripe', register)).toBe(register)
  })
})
