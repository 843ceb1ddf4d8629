import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksBody } from '../../src/contract/schemas/checks.ts'
import { plainChecks } from '../../src/contract/schemas/plain-checks.ts'

const aUser = fc.constantFrom('u_42', 'a%2Fb', '"', '~', 'x'.repeat(200))
const aFeature = fc.constantFrom('export', '4k', 'a.b_c-d', 'f'.repeat(64))
const plain = fc.record({ userId: aUser, feature: aFeature })

const wrong = fc.constantFrom(
  undefined,
  null,
  1,
  true,
  '',
  '.',
  '..',
  'a b',
  'é',
  'A',
  '-a',
  [],
  ['u_42'],
  {},
)
const anything = fc.oneof(
  { weight: 2, arbitrary: plain },
  { weight: 2, arbitrary: fc.record({ userId: fc.oneof(aUser, wrong), feature: aFeature }) },
  { weight: 2, arbitrary: fc.record({ userId: aUser, feature: fc.oneof(aFeature, wrong) }) },
  fc.record(
    {
      userId: fc.oneof(aUser, wrong),
      feature: fc.oneof(aFeature, wrong),
      anyOf: fc.oneof(fc.array(aUser), wrong),
      amount: fc.oneof(fc.nat(), wrong),
      minVersion: fc.oneof(fc.nat(), wrong),
      other: fc.string(),
    },
    { requiredKeys: [] },
  ),
  wrong,
)
const body = fc.oneof(
  { weight: 4, arbitrary: fc.record({ checks: fc.array(anything, { minLength: 1, maxLength: 3 }) }) },
  fc.record({ checks: wrong }),
  fc.record(
    {
      checks: fc.array(plain, { minLength: 1, maxLength: 3 }),
      consistency: fc.constantFrom('cached', 'strong', 'other'),
      maxAge: fc.nat(),
      other: fc.string(),
    },
    { requiredKeys: ['checks'] },
  ),
  wrong,
)

describe('a list of checks that is let through at a look', () => {
  it('is what the schema makes of it, whatever is sent', () => {
    fc.assert(
      fc.property(body, (sent) => {
        const found = plainChecks(sent)
        if (found !== null) expect(checksBody.parse(sent)).toEqual(found)
      }),
      { numRuns: 1000 },
    )
  })

  it('is every one that names users and features alone', () => {
    const lists = fc.array(plain, { minLength: 1, maxLength: 100 })
    fc.assert(fc.property(lists, (checks) => plainChecks({ checks }) !== null))
  })

  it('may name a hundred users', () => {
    const checks = Array.from({ length: 100 }, (_, index) => ({ userId: `u_${index}`, feature: 'export' }))
    expect(plainChecks({ checks })).toEqual(checksBody.parse({ checks }))
  })

  it.each([0, 101])('is none of %i checks, which the schema refuses', (count) => {
    const sent = { checks: Array.from({ length: count }, () => ({ userId: 'u_42', feature: 'export' })) }
    expect(plainChecks(sent)).toBeNull()
    expect(checksBody.safeParse(sent).success).toBe(false)
  })
})
