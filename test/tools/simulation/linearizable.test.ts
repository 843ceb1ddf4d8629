import { describe, expect, it } from 'vitest'
import { type Call, isLinearizable } from '../../../tools/simulation/linearizable.ts'
import { type Operation, type Result, register } from '../../../tools/simulation/workload/register.ts'

type Known = Call<Operation, Result>

function call(
  invokedAt: number,
  returnedAt: number,
  operation: Operation,
  result: Partial<Result> = {},
): Known {
  return {
    operation,
    invokedAt,
    returnedAt,
    result: { isDone: true, version: null, remaining: null, ...result },
  }
}

function unknown(invokedAt: number, operation: Operation): Known {
  return { operation, invokedAt, returnedAt: Infinity, result: null }
}

const granted = call(0, 1, { type: 'grant', amount: 5 }, { version: 1 })
const spending = { type: 'consume', key: 'a', amount: 3 } as const
const check = { type: 'check' } as const

const explained = (...calls: readonly Known[]) => isLinearizable(calls, register)

describe('a history', () => {
  it('is explained when each answer follows from those before', () => {
    const spent = call(2, 3, spending, { version: 2, remaining: 2 })
    expect(explained(granted, spent, call(4, 5, check, { version: 2, remaining: 2 }))).toBe(true)
  })

  it('is not explained when a check misses what was acknowledged before it was asked', () => {
    const spent = call(2, 3, spending, { version: 2, remaining: 2 })
    expect(explained(granted, spent, call(4, 5, check, { version: 1, remaining: 5 }))).toBe(false)
  })

  it.each([5, 2])(
    'is explained when a check beside a command sees %i, as before or as after it',
    (remaining) => {
      const spent = call(2, 6, spending, { version: 2, remaining: 2 })
      expect(explained(granted, spent, call(3, 4, check, { remaining }))).toBe(true)
    },
  )

  it('is not explained when the same is spent twice', () => {
    const spent = [call(2, 6, spending, { remaining: 2 }), call(3, 5, spending, { remaining: 2 })]
    expect(explained(granted, ...spent)).toBe(false)
  })

  it.each([5, 2])('is explained when what nobody knows of left %i', (remaining) => {
    expect(explained(granted, unknown(2, spending), call(4, 5, check, { remaining }))).toBe(true)
  })

  it('is not explained when what nobody knew of was seen, and then not', () => {
    const seen = [call(4, 5, check, { remaining: 2 }), call(6, 7, check, { remaining: 5 })]
    expect(explained(granted, unknown(2, spending), ...seen)).toBe(false)
  })

  it('is not explained when a version goes back', () => {
    const seen = [call(4, 5, check, { version: 3 }), call(6, 7, check, { version: 2 })]
    expect(explained(granted, ...seen)).toBe(false)
  })
})
