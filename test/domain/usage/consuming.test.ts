import { describe, expect, it } from 'vitest'
import { HOUR, NOON, aCreation } from '../samples.ts'
import { Ledger, aLot, consume, reverse, revoke, update } from './a-ledger.ts'

/** A ledger with these lots, at noon. */
function given(...lots: ReturnType<typeof aLot>[]): Ledger {
  const ledger = new Ledger()
  for (const lot of lots) ledger.do(lot)
  return ledger
}

/** From which lots a consumption was taken, and how much of each. */
function takesOf(ledger: Ledger): readonly (readonly [string, number])[] {
  const entry = ledger.entries.at(-1)
  if (entry?.type !== 'usage_consumed') throw new Error('The last entry is no consumption')
  return entry.data.takes.map(({ entitlementId, amount }) => [entitlementId, amount])
}

describe('consuming', () => {
  it('takes from what is there, down to nothing', () => {
    const ledger = given(aLot())
    ledger.do(consume(4))
    expect(ledger.access()).toMatchObject({
      allowed: true,
      reason: 'granted',
      balance: { granted: 10, used: 4, reserved: 0, remaining: 6 },
    })
    ledger.do(consume(6))
    expect(ledger.access()).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      balance: { granted: 10, used: 10, reserved: 0, remaining: 0 },
    })
  })

  it('takes nothing when there is not enough for all of it', () => {
    const ledger = given(aLot())
    expect(ledger.ask(consume(11))).toBe('insufficient_balance')
    expect(ledger.remaining()).toBe(10)
  })

  it('raises the version of the user and not that of the entitlement, whose terms stay', () => {
    const ledger = given(aLot())
    ledger.do(consume(1))
    expect(ledger.state.version).toBe(2)
    expect(ledger.state.entitlements.get('ent_a')?.version).toBe(1)
  })

  it('is refused by name for a feature that nobody knows, or that is not counted', () => {
    expect(given().ask(consume(1, 'nope'))).toBe('feature_unknown')
    expect(given(aCreation()).ask(consume(1, 'nope'))).toBe('feature_unknown')
    expect(given().ask(consume(1, 'export'))).toBe('feature_not_metered')
    expect(given(aCreation()).ask(consume(1, 'export'))).toBe('feature_not_metered')
    expect(given().ask(consume(1))).toBe('insufficient_balance')
  })

  it.each([
    ['before its start', { startsAt: NOON + 1 }, 'insufficient_balance'],
    ['at its start', { startsAt: NOON }, null],
    ['just before its end', { endsAt: NOON + 1 }, null],
    ['at its end', { startsAt: NOON - HOUR, endsAt: NOON }, 'insufficient_balance'],
    ['in its grace', { startsAt: NOON - HOUR, endsAt: NOON, graceEndsAt: NOON + 1 }, null],
    [
      'at the end of its grace',
      { startsAt: NOON - HOUR, endsAt: NOON - 1, graceEndsAt: NOON },
      'insufficient_balance',
    ],
  ])('of a lot %s is judged to the millisecond', (_name, period, refusal) => {
    const outcome = given(aLot(period)).ask(consume(1))
    expect(typeof outcome === 'string' ? outcome : null).toBe(refusal)
  })

  it('leaves alone what was suspended or revoked', () => {
    const ledger = given(aLot())
    ledger.do({ type: 'suspend_entitlement', entitlementId: 'ent_a' })
    expect(ledger.ask(consume(1))).toBe('insufficient_balance')
    expect(ledger.access()).toMatchObject({ reason: 'suspended', balance: { remaining: 0 } })
    ledger.do({ type: 'resume_entitlement', entitlementId: 'ent_a' })
    ledger.do(consume(1))
    ledger.do(revoke())
    expect(ledger.ask(consume(1))).toBe('insufficient_balance')
  })
})

describe('of several lots', () => {
  const daily = { every: 'day', anchor: NOON, rolloverMax: 0 } as const

  it('the highest priority is spent first, then what is lost soonest, then the oldest', () => {
    const ledger = given(
      aLot({ entitlementId: 'for_ever' }),
      aLot({ entitlementId: 'younger', startsAt: NOON - HOUR, endsAt: NOON + 48 * HOUR }),
      aLot({ entitlementId: 'older', startsAt: NOON - 2 * HOUR, endsAt: NOON + 48 * HOUR }),
      aLot({ entitlementId: 'new_each_day', reset: daily }),
      aLot({ entitlementId: 'preferred', priority: 1 }),
    )
    ledger.do(consume(45))
    expect(takesOf(ledger)).toEqual([
      ['preferred', 10],
      ['new_each_day', 10],
      ['older', 10],
      ['younger', 10],
      ['for_ever', 5],
    ])
  })

  it('none is touched that has nothing, and the check names those that have something', () => {
    const ledger = given(aLot({ priority: 1 }), aLot({ entitlementId: 'ent_b' }))
    ledger.do(consume(10))
    expect(ledger.access().entitlements).toEqual(['ent_b'])
    ledger.do(consume(1))
    expect(takesOf(ledger)).toEqual([['ent_b', 1]])
  })
})

describe('where more may be spent than is there', () => {
  const tokens = (facts = {}) => aLot({ feature: 'tokens', ...facts })

  it('the consumption says how much was not there, and the last lot owes it', () => {
    const ledger = given(tokens({ priority: 1 }), tokens({ entitlementId: 'ent_b' }))
    ledger.do(consume(23, 'tokens'))
    expect(ledger.entries.at(-1)).toMatchObject({ data: { overage: 3 } })
    expect(takesOf(ledger)).toEqual([
      ['ent_a', 10],
      ['ent_b', 13],
    ])
    expect(ledger.access('tokens')).toMatchObject({
      allowed: true,
      reason: 'overage',
      entitlements: ['ent_b'],
      balance: { granted: 20, used: 23, remaining: -3 },
    })
  })

  it('there has to be a right all the same', () => {
    expect(given().ask(consume(1, 'tokens'))).toBe('insufficient_balance')
    const ledger = given(tokens({ endsAt: NOON + HOUR }))
    expect(ledger.at(NOON + HOUR).ask(consume(1, 'tokens'))).toBe('insufficient_balance')
  })

  it('another lot pays the debt first', () => {
    const ledger = given(tokens())
    ledger.do(consume(13, 'tokens'))
    ledger.do(tokens({ entitlementId: 'ent_b' }))
    expect(ledger.balance('tokens').remaining).toBe(7)
    ledger.do(consume(8, 'tokens'))
    expect(ledger.entries.at(-1)).toMatchObject({ data: { overage: 1 } })
  })

  it('sums stay exact numbers', () => {
    const ledger = given(tokens())
    expect(ledger.ask(consume(Number.MAX_SAFE_INTEGER, 'tokens'))).toMatchObject({ type: 'usage_consumed' })
    expect(ledger.ask(consume(1, 'tokens'))).toBe('amount_too_large')
  })
})

describe('reversing a consumption', () => {
  it('returns to each lot what was taken from it, the last taken first', () => {
    const ledger = given(aLot({ priority: 1 }), aLot({ entitlementId: 'ent_b' }))
    const consumption = ledger.do(consume(14))
    ledger.do(reverse(consumption, 5))
    expect(ledger.access()).toMatchObject({ entitlements: ['ent_a', 'ent_b'], balance: { remaining: 11 } })
    expect(ledger.entries.at(-1)).toMatchObject({
      data: {
        returns: [
          { entitlementId: 'ent_a', amount: 1 },
          { entitlementId: 'ent_b', amount: 4 },
        ],
      },
    })
  })

  it('gives back all that is left of it when no amount is named, and never beyond what it took', () => {
    const ledger = given(aLot())
    const consumption = ledger.do(consume(6))
    ledger.do(consume(3))
    ledger.do(reverse(consumption, 2))
    expect(ledger.ask(reverse(consumption, 5))).toBe('reversal_exceeds_consumption')
    ledger.do(reverse(consumption))
    expect(ledger.balance()).toMatchObject({ used: 3, remaining: 7 })
    expect(ledger.ask(reverse(consumption))).toBe('reversal_exceeds_consumption')
    expect(ledger.ask(reverse(consumption, 1))).toBe('reversal_exceeds_consumption')
  })

  it('finds no consumption where there is none', () => {
    const ledger = given(aLot())
    expect(ledger.ask(reverse(1))).toBe('consumption_not_found')
    expect(ledger.ask(reverse(99))).toBe('consumption_not_found')
  })

  it('goes to a lot that has ended since, where nobody has it', () => {
    const ledger = given(aLot({ endsAt: NOON + HOUR }), aLot({ entitlementId: 'ent_b', priority: -1 }))
    const consumption = ledger.do(consume(5))
    ledger.at(NOON + HOUR).do(reverse(consumption))
    expect(ledger.remaining()).toBe(10)
  })
})

describe('other terms', () => {
  it('leave what was spent as it is', () => {
    const ledger = given(aLot())
    const consumption = ledger.do(consume(8))
    ledger.do(update({ amount: 20 }))
    expect(ledger.balance()).toEqual({ granted: 20, used: 8, reserved: 0, remaining: 12 })
    ledger.do(update({ amount: 5 }))
    expect(ledger.access()).toMatchObject({ reason: 'limit_reached', balance: { granted: 5, remaining: -3 } })
    ledger.do(reverse(consumption, 4))
    expect(ledger.remaining()).toBe(1)
  })
})

const aSource = (ref: string) => ({ provider: 'api', account: '', ref, product: null })

describe('what may be owed', () => {
  it('is owed by the lot that is spent last, and by that alone', () => {
    const ledger = given(
      aLot({ feature: 'tokens', priority: 2 }),
      aLot({ feature: 'tokens', entitlementId: 'ent_b', source: aSource('order-2') }),
    )
    ledger.do(consume(25, 'tokens'))
    expect(ledger.access('tokens')).toMatchObject({ allowed: true, reason: 'overage' })
    expect(ledger.access('tokens').entitlements).toHaveLength(1)
    expect(ledger.balance('tokens')).toEqual({ granted: 20, used: 25, reserved: 0, remaining: -5 })
  })
})
