import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessBy } from '../../../../src/domain/user/access-by-catalog.ts'
import { passportClaims } from '../../../../src/domain/user/passport/passport-claims.ts'
import { aCatalog, aFeature } from '../../../support/a-catalog.ts'
import { NOON, aRight } from '../../samples.ts'
import { KEYS, type Told, told } from './a-history.ts'

const SECOND = 1000
const TEN_MINUTES = 600 * SECOND

interface Circumstances {
  readonly ageMs: number
  readonly catalogAgeMs: number
  readonly lifeMs: number
  readonly valueLifeMs: number
}

const circumstances = fc.record<Circumstances>({
  ageMs: fc.integer({ min: 0, max: 60_000 }),
  catalogAgeMs: fc.integer({ min: 0, max: 89_999 }),
  lifeMs: fc.oneof(fc.constant(TEN_MINUTES), fc.integer({ min: 62_000, max: TEN_MINUTES })),
  valueLifeMs: fc.oneof(fc.constant(TEN_MINUTES), fc.integer({ min: 0, max: TEN_MINUTES })),
})

/** What a verifier reads. */
interface Payload {
  readonly iat: number
  readonly exp: number
  readonly ent: Record<string, readonly { readonly v?: unknown; readonly f?: number; readonly u?: number }[]>
}

/** A passport of what was told at noon, as whoever verifies it reads it. */
function aPassport({ snapshot, catalog }: Pick<Told, 'snapshot' | 'catalog'>, how: Circumstances) {
  const now = NOON + how.ageMs
  const claims = passportClaims(
    { snapshot, catalog, catalogConfirmedAt: now - how.catalogAgeMs },
    { issuer: 'https://ledger.test', audience: 'app', features: KEYS, balances: false, ...how },
    now,
  )
  return JSON.parse(JSON.stringify(claims)) as Payload
}

/** The rule of a verifier: listed, and `f` ≤ now < `u`. */
function listed({ ent }: Payload, feature: string, seconds: number) {
  const intervals = Object.hasOwn(ent, feature) ? (ent[feature] ?? []) : []
  return intervals.find(({ f = -Infinity, u = Infinity }) => f <= seconds && seconds < u)
}

const places = fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 999 })), {
  minLength: 20,
  maxLength: 40,
})

/** Moments from `iat` to the end of what is told: `exp`, and the minute by which a verifier's clock may be behind. */
function momentsOf({ iat, exp }: Payload, of: readonly (readonly [place: number, ms: number])[]) {
  return of.map(([place, ms]) => (iat + Math.floor(((exp + 59 - iat) * place) / 1000)) * SECOND + ms)
}

describe('a passport of any history and catalog', () => {
  it('says yes only when the check from the same snapshot does, with the same value', () => {
    let yes = 0
    fc.assert(
      fc.property(told, circumstances, places, (known, how, of) => {
        const payload = aPassport(known, how)
        const snapshot = structuredClone(known.snapshot)
        for (const moment of momentsOf(payload, of)) {
          for (const feature of KEYS) {
            const interval = listed(payload, feature, moment / SECOND)
            if (interval === undefined) continue
            yes += 1
            const { allowed, value } = accessBy(snapshot, known.catalog, feature, moment)
            expect({ feature, moment, allowed, value }).toEqual({
              feature,
              moment,
              allowed: true,
              value: interval.v,
            })
          }
        }
      }),
      { numRuns: 500 },
    )
    expect(yes).toBeGreaterThan(5000)
  })

  it('says yes whenever the check does, but for the second in which a right begins or ends, and as long as a value is good', () => {
    let yes = 0
    fc.assert(
      fc.property(told, circumstances, places, (known, how, of) => {
        const payload = aPassport(known, how)
        const snapshot = structuredClone(known.snapshot)
        for (const moment of momentsOf(payload, of)) {
          const second = Math.floor(moment / SECOND)
          for (const feature of KEYS) {
            const { allowed, value } = accessBy(snapshot, known.catalog, feature, moment)
            if (!allowed || feature === 'calls') continue
            if (known.edgesOf(feature).some((at) => at % SECOND !== 0 && Math.floor(at / SECOND) === second))
              continue
            const isValueOld = how.valueLifeMs < how.lifeMs && (second + 1) * SECOND > NOON + how.valueLifeMs
            if (value !== undefined && isValueOld) continue
            yes += 1
            expect({ feature, moment, told: listed(payload, feature, moment / SECOND) }).toMatchObject({
              feature,
              moment,
              told: value === undefined ? {} : { v: value },
            })
          }
        }
      }),
      { numRuns: 500 },
    )
    expect(yes).toBeGreaterThan(5000)
  })

  it('lists intervals in their order that do not overlap, and nothing metered', () => {
    fc.assert(
      fc.property(told, circumstances, (known, how) => {
        const { ent, iat, exp } = aPassport(known, how)
        expect(ent).not.toHaveProperty('calls')
        for (const intervals of Object.values(ent)) {
          expect(intervals.length).toBeGreaterThan(0)
          let last = iat
          for (const { f = iat, u = exp + 60 } of intervals) {
            expect(f).toBeGreaterThanOrEqual(last)
            expect(u).toBeGreaterThan(f)
            last = u
          }
        }
      }),
    )
  })

  it('is never good for longer than what it says was confirmed for: of the user, of a value, and of the catalog', () => {
    fc.assert(
      fc.property(told, circumstances, (known, how) => {
        const { ent, exp } = aPassport(known, how)
        expect(exp * SECOND).toBeLessThanOrEqual(NOON + how.lifeMs)
        expect(exp * SECOND).toBeLessThanOrEqual(NOON + how.ageMs - how.catalogAgeMs + TEN_MINUTES)
        if (how.valueLifeMs >= how.lifeMs) return
        const ofValues = Object.entries(ent).filter(([feature]) => feature !== 'export')
        for (const { u = Infinity } of ofValues.flatMap(([, intervals]) => intervals)) {
          expect(Math.min(u, exp) * SECOND).toBeLessThanOrEqual(NOON + how.valueLifeMs)
        }
      }),
    )
  })
})

describe('a passport', () => {
  const catalog = aCatalog([
    aFeature({ key: 'export', type: 'boolean' }),
    aFeature({ key: 'seats', type: 'config', combine: 'max' }),
    aFeature({ key: 'calls', type: 'metered' }),
    aFeature({
      key: 'bulk',
      type: 'metered',
      spends: { feature: 'calls', rate: { amount: 2, per: 1 }, requiresRight: false },
    }),
  ])
  const seats = (value: number, endsAt: number | null) => {
    return aRight({ endsAt, allowance: { type: 'config', value, combine: 'max' } })
  }
  const calls = aRight({
    allowance: { type: 'metered', amount: 40, overage: 'deny', reset: null, period: null },
  })
  const lot = { ...calls, startedAt: 0, withdrawn: false, usage: null, holds: [] }
  const snapshot = {
    userId: 'u_42',
    version: 7,
    confirmedAt: NOON,
    features: {
      export: [aRight({ endsAt: NOON + 90_400 }), aRight({ startsAt: NOON + 120_400 })],
      seats: [seats(5, NOON + 300_700), seats(3, null)],
      calls: [lot],
    },
  }
  const terms = {
    issuer: 'https://ledger.test',
    audience: 'app',
    features: ['export', 'seats', 'calls', 'bulk', 'nothing'],
    balances: false,
    lifeMs: TEN_MINUTES,
    valueLifeMs: TEN_MINUTES,
  }
  const basis = { snapshot, catalog, catalogConfirmedAt: NOON }
  const noon = NOON / SECOND

  it('tells each right with its time, a gap as a gap, and a value that changes as another interval', () => {
    expect(passportClaims(basis, terms, NOON + 1)).toEqual({
      iss: 'https://ledger.test',
      sub: 'u_42',
      aud: 'app',
      iat: noon,
      exp: noon + 600,
      ver: 7,
      cat: 1,
      ent: {
        export: [{ u: noon + 90 }, { f: noon + 121 }],
        seats: [
          { v: 5, u: noon + 300 },
          { v: 3, f: noon + 301 },
        ],
      },
    })
  })

  it('tells of what ends within the minute after it when, so that no clock that is behind makes a right longer', () => {
    const ending = { ...snapshot, features: { export: [aRight({ endsAt: NOON + 630_000 })] } }
    expect(passportClaims({ ...basis, snapshot: ending }, terms, NOON).ent).toEqual({
      export: [{ u: noon + 630 }],
    })
  })

  it('advises on what is left of metered features where that is asked for, with when it was confirmed', () => {
    const { bal, ent } = passportClaims(basis, { ...terms, balances: true }, NOON + 5000)
    expect(bal).toEqual({ calls: { remaining: 40, asOf: noon } })
    expect(Object.keys(ent)).toEqual(['export', 'seats'])
  })

  it('counts from the moment at which it is made what a clock ahead of this one has confirmed', () => {
    const { iat, exp } = passportClaims(basis, terms, NOON - 3000)
    expect({ iat, exp }).toEqual({ iat: noon - 3, exp: noon + 597 })
  })
})
