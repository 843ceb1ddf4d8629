import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entitlement } from '../../../src/domain/entitlements/entitlement.ts'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'

interface Seats {
  readonly value: number
  readonly hours: number
  readonly isBought: boolean
  readonly lastsHours: number | null
}

const seats = fc.record<Seats>({
  value: fc.integer({ min: 1, max: 9 }),
  hours: fc.integer({ min: -9, max: 0 }),
  isBought: fc.boolean(),
  lastsHours: fc.option(fc.integer({ min: 1, max: 12 })),
})

function rightOf({ value, hours, isBought, lastsHours }: Seats, index: number): Entitlement {
  const startsAt = NOON + hours * HOUR
  return anEntitlement({
    id: `ent_${index}`,
    source: { provider: isBought ? 'stripe' : 'api', account: '', ref: `order-${index}`, product: null },
    allowance: { type: 'config', value },
    startsAt,
    endsAt: lastsHours === null ? null : startsAt + lastsHours * HOUR,
  })
}

function valueOf(rights: readonly Entitlement[], at = NOON) {
  const state = { ...emptyState('ada'), entitlements: new Map(rights.map((right) => [right.id, right])) }
  return accessAt(state, 'export', at).value ?? 0
}

describe('a number that is given by several rights of one priority', () => {
  it('never becomes less by one more purchase, whoever paid for it', () => {
    fc.assert(
      fc.property(
        fc.array(seats, { maxLength: 6 }),
        seats,
        fc.integer({ min: 0, max: 9 }),
        (had, bought, hours) => {
          const before = had.map(rightOf)
          const gift = rightOf({ ...bought, isBought: true }, had.length)
          const at = NOON + hours * HOUR
          expect(valueOf([...before, gift], at)).toBeGreaterThanOrEqual(Number(valueOf(before, at)))
        },
      ),
    )
  })

  it('is what was given by hand last, where nothing was bought', () => {
    fc.assert(
      fc.property(fc.array(seats, { minLength: 1, maxLength: 6 }), (had) => {
        const rights = had.map((one, index) => rightOf({ ...one, isBought: false, lastsHours: null }, index))
        const last = Math.max(...had.map(({ hours }) => hours))
        const first = had.find(({ hours }) => hours === last)
        expect(valueOf(rights)).toBe(first?.value)
      }),
    )
  })

  it('can be made less by hand', () => {
    const bought = rightOf({ value: 50, hours: -2, isBought: true, lastsHours: null }, 0)
    const byHand = rightOf({ value: 1, hours: -1, isBought: false, lastsHours: null }, 1)
    expect(valueOf([bought, byHand])).toBe(1)
  })

  it('comes from the highest priority all the same', () => {
    const big = rightOf({ value: 50, hours: -2, isBought: true, lastsHours: null }, 0)
    const small = { ...rightOf({ value: 1, hours: -1, isBought: true, lastsHours: null }, 1), priority: 1 }
    expect(valueOf([big, small])).toBe(1)
  })
})

describe('a value by hand that is of another kind than one that was bought', () => {
  it.each(['unlimited', null, { max: 100 }])('stays: %j', (value) => {
    const byHand = {
      ...rightOf({ value: 0, hours: -2, isBought: false, lastsHours: null }, 0),
      allowance: { type: 'config', value } as const,
    }
    const bought = rightOf({ value: 1, hours: -1, isBought: true, lastsHours: null }, 1)
    expect(valueOf([byHand, bought])).toEqual(value ?? 0)
  })
})

describe('a value that is no number', () => {
  it('comes from the latest start, as two of them cannot be compared', () => {
    const plan = (value: string, hours: number) => ({
      ...rightOf({ value: 0, hours, isBought: true, lastsHours: null }, hours),
      allowance: { type: 'config', value } as const,
    })
    expect(valueOf([plan('big', -2), plan('small', -1)])).toBe('small')
  })
})
