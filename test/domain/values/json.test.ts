import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSameJson, orderedText } from '../../../src/domain/values/json.ts'

it('says of two values that they are the same exactly when their ordered texts are', () => {
  const small = fc.jsonValue({ maxDepth: 3, stringUnit: fc.constantFrom('a', 'b', '2', '10') })
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(isSameJson(a, b)).toBe(orderedText(a) === orderedText(b))
      expect(isSameJson(a, reversed(a))).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

it('takes a property without a value for none', () => {
  expect(isSameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(isSameJson({ a: undefined }, { b: undefined })).toBe(true)
  expect(isSameJson({ a: undefined }, { a: null })).toBe(false)
})

it('writes a value by its keys in order, however they came', () => {
  expect(orderedText({ b: [{ d: 1, c: null }], a: 'x', 10: 1, 9: 2 })).toBe(
    '{"9":2,"10":1,"a":"x","b":[{"c":null,"d":1}]}',
  )
})

/** The same value, with its keys the other way round. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}
