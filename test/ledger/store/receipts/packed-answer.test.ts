import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packAnswer, unpackAnswer } from '../../../../src/ledger/store/receipts/packed-answer.ts'

const HASH = 'ab12'.repeat(16)
const [USER, ENTITLEMENT, FEATURE] = [
  'user-1234-5678',
  'ent_0123456789abcdef0123456789abcdef',
  'export-in-4k',
]
const AT = '2030-01-01T12:00:00.000Z'

const entry = {
  hash: HASH,
  bytes: JSON.stringify({
    data: { entitlementId: ENTITLEMENT, feature: FEATURE, source: { provider: 'api', ref: 'order-1001' } },
    recordedAt: AT,
    seq: 7,
    userId: USER,
  }),
}

/** What a grant is answered, as this version puts it. */
const granted = {
  headers: {
    'Content-Type': 'application/json',
    ETag: '"7"',
    'Ledger-Head': `7:${HASH}`,
    Location: `/v4/users/${USER}/entitlements/${ENTITLEMENT}`,
  },
  body: `{"id":"${ENTITLEMENT}","userId":"${USER}","feature":"${FEATURE}","state":"active","startsAt":null,"endsAt":null,"graceEndsAt":null,"trial":false,"priority":0,"source":{"provider":"api","ref":"order-1001","product":null},"held":false,"createdAt":"${AT}","suspendedAt":null,"revokedAt":null,"metadata":{"plan":"pro"},"version":7}`,
}

/** Texts out of pieces that meet the codes, the phrases and the words of the entry. */
const pieces = fc.constantFrom(
  USER,
  ENTITLEMENT,
  HASH,
  FEATURE,
  AT,
  '\u0001',
  '\u0001A',
  '\u0002',
  '\n',
  '","ref":"',
  '$&',
  '"',
  '\\',
  'null',
)
const someText = fc
  .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 12 })
  .map((all) => all.join(''))

describe('an answer that is packed', () => {
  it('comes back byte for byte, whatever it and the entry hold, or is not packed', () => {
    const ofEntry = fc.oneof(
      fc.constant(entry),
      fc.constant(null),
      fc.record({
        hash: someText,
        bytes: fc.dictionary(someText, someText).map((data) => JSON.stringify(data)),
      }),
    )
    fc.assert(
      fc.property(fc.dictionary(someText, someText), someText, ofEntry, (headers, body, itsEntry) => {
        const packed = packAnswer({ headers, body }, itsEntry)
        if (packed !== null) expect(unpackAnswer(packed, itsEntry)).toEqual({ headers, body })
      }),
      { numRuns: 2000 },
    )
  })

  it('is an eighth of what it was, where the entry says the rest', () => {
    const packed = packAnswer(granted, entry) ?? expect.fail('not packed')
    const length = JSON.stringify(granted.headers).length + granted.body.length
    expect(packed.length).toBeLessThan(length / 8)
    expect(unpackAnswer(packed, entry)).toEqual(granted)
    expect(Object.keys(unpackAnswer(packed, entry).headers)).toEqual(Object.keys(granted.headers))
  })

  it('is read for ever as it was written: no code ever stands for anything else', () => {
    // Written by the first version that packed.
    const packed =
      '\u00027\u00057:\u0001A\u0006\u0001D\u0007\u0001B\b\u0001B\r\u0001D\u000e\u0001E\u000factive\u0010null\u0011null\u0012api\u0013\u0001F\u0014\u0001C\u0015\u0016{"plan":"pro"}\u00177}'
    expect(packAnswer(granted, entry)).toBe(packed)
    expect(unpackAnswer(packed, entry)).toEqual(granted)
  })
})
