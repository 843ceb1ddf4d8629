import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localJwks } from '../../../src/client/passport/local-jwks.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { passportClaims } from '../../../src/domain/user/passport/passport-claims.ts'
import { NOON } from '../../domain/samples.ts'
import { KEYS, told } from '../../domain/user/passport/a-history.ts'
import { AUDIENCE, ISSUER, KEY, aPassport, jwksOf } from './a-passport.ts'
import { verified } from './a-verifier.ts'

const TEN_MINUTES = 600_000

/** How old what is known was when the passport was made, when it is shown, and by a clock that is how wrong. */
const circumstances = fc.record({
  ageMs: fc.integer({ min: 0, max: 60_000 }),
  lifeMs: fc.oneof(fc.constant(TEN_MINUTES), fc.integer({ min: 62_000, max: TEN_MINUTES })),
  valueLifeMs: fc.oneof(fc.constant(TEN_MINUTES), fc.integer({ min: 0, max: TEN_MINUTES })),
  shownAfterMs: fc.array(fc.integer({ min: -70_000, max: TEN_MINUTES + 70_000 }), {
    minLength: 12,
    maxLength: 12,
  }),
  skewSeconds: fc.constantFrom(0, 5, 60, 3600),
})

const jwks = localJwks(jwksOf(KEY))

describe('A passport of any history', () => {
  it('is a yes where it lists the right and the check from the same snapshot is one, and no time after it is over', async () => {
    let [yes, no] = [0, 0]
    await fc.assert(
      fc.asyncProperty(told, circumstances, async ({ snapshot, catalog }, how) => {
        const made = NOON + how.ageMs
        const claims = passportClaims(
          { snapshot, catalog, catalogConfirmedAt: made },
          { issuer: ISSUER, audience: AUDIENCE, features: KEYS, balances: true, ...how },
          made,
        )
        const text = await aPassport({ claims })
        for (const after of how.shownAfterMs) {
          const now = made + after
          const passport = await verified(text, { jwks, now: () => now, skewSeconds: how.skewSeconds })
          const skew = Math.min(how.skewSeconds, 60) * 1000
          const isTaken = claims.iat * 1000 <= now + skew && now < claims.exp * 1000 + skew
          expect({ now, reason: passport.ok ? null : passport.reason }).toEqual({
            now,
            reason: isTaken ? null : now < made ? 'not_yet' : 'expired',
          })
          if (!passport.ok) continue
          for (const feature of KEYS) {
            const access = accessBy(snapshot, catalog, feature, now)
            const isListed = (claims.ent[feature] ?? []).some(
              ({ f = 0, u = Infinity }) => f * 1000 <= now && now < u * 1000,
            )
            expect(passport.allows(feature)).toBe(isListed)
            if (!isListed) {
              no += 1
              expect(passport.value(feature)).toBeUndefined()
              continue
            }
            // Before the passport was made nobody has said what was then: a clock that is behind takes it for that.
            if (now < claims.iat * 1000) continue
            yes += 1
            expect({ feature, now, allowed: access.allowed, value: access.value }).toEqual({
              feature,
              now,
              allowed: true,
              value: passport.value(feature),
            })
          }
        }
      }),
      { numRuns: 200 },
    )
    expect(yes).toBeGreaterThan(500)
    expect(no).toBeGreaterThan(500)
  })
})
