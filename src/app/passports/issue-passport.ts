import { nearest } from '../../contract/nearest.ts'
import type { Catalog } from '../../domain/catalog/catalog.ts'
import { accessBy } from '../../domain/user/access-by-catalog.ts'
import {
  PASSPORT_LIFE_MS_MAX,
  type PassportClaims,
  passportClaims,
} from '../../domain/user/passport/passport-claims.ts'
import type { FeatureKey, Seq, UserId } from '../../domain/values/ids.ts'
import type { Evaluation } from '../../edge/reading.ts'
import type { PassportSettings } from '../../passports/passport-settings.ts'
import { signedPassport } from '../../passports/signed-passport.ts'
import { featuresOf } from '../checks/features-of.ts'
import { read } from '../checks/read.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { CallServices } from '../services.ts'
import { freshnessToWire, instantToWire } from '../wire/wire.ts'
import { passportSettingsOf } from './passport-keys.ts'

interface PassportRequest {
  readonly userId: UserId
  readonly audience: string
  readonly features?: readonly FeatureKey[] | undefined
  readonly ttlSeconds: number
  readonly include: readonly 'balances'[]
  readonly minVersion?: Seq | undefined
  readonly minCatalogVersion?: number | undefined
}

/** What fits into a cookie, and into a header beside others. */
const PASSPORT_BYTES_MAX = 3500

/** A copy that was confirmed longer ago makes no passport. */
const COPY_MAX_AGE_MS = 60_000

/**
 * A passport of a user, for one audience. Nothing is recorded. Throws `passports_off`, `misconfigured`, `version_unknown`,
 * `feature_unknown`, `passport_too_large` or `ledger_unavailable`.
 */
export async function issuePassport(
  { reader, passports }: Pick<CallServices, 'reader' | 'passports'>,
  { userId, minVersion, minCatalogVersion, ...asked }: PassportRequest,
) {
  const settings = await passportSettingsOf(passports)
  const lifeMs = Math.min(asked.ttlSeconds * 1000, settings.allowMaxAgeMs, PASSPORT_LIFE_MS_MAX)
  // A copy that has used up half of what it is good for would make a passport that is of little use.
  const maxAge = Math.min(COPY_MAX_AGE_MS, lifeMs / 2, settings.valueMaxAgeMs / 2) / 1000
  const demand = { maxAge, minVersion, minCatalogVersion }
  const reading = await read(reader, userId, demand, ofPassport(asked, settings, lifeMs))
  const { answer } = reading
  if (answer === null) throw new ProblemError('ledger_unavailable')
  if (answer.unknown.length > 0) throw featureUnknown(answer)
  const passport = await signedPassport(answer.claims, settings)
  if (passport.length > PASSPORT_BYTES_MAX) throw tooLarge(passport.length)
  const expiresAt = instantToWire(answer.claims.exp * 1000)
  return { userId, passport, expiresAt, ...freshnessToWire(reading) }
}

interface PassportDraft {
  readonly claims: PassportClaims
  /** What was asked for and is nowhere. */
  readonly unknown: readonly FeatureKey[]
  readonly catalog: Catalog
}

/** Of a copy as old as may be; where no catalog is to be had, or the object does not answer, there is none. */
function ofPassport(
  { audience, features, include }: Pick<PassportRequest, 'audience' | 'features' | 'include'>,
  { issuer, valueMaxAgeMs }: PassportSettings,
  lifeMs: number,
): Evaluation<PassportDraft | null> {
  return {
    of: ({ snapshot, catalog: copy }, now) => {
      if (copy === null) return { answer: null, kind: 'no', isLasting: false }
      const { catalog, confirmedAt: catalogConfirmedAt } = copy
      const claims = passportClaims(
        { snapshot, catalog, catalogConfirmedAt },
        {
          issuer,
          audience,
          features: features ?? featuresOf(snapshot, catalog),
          balances: include.includes('balances'),
          lifeMs,
          valueLifeMs: valueMaxAgeMs,
        },
        now,
      )
      const isUnknown = (key: FeatureKey) =>
        accessBy(snapshot, catalog, key, now).reason === 'unknown_feature'
      const unknown = (features ?? []).filter(isUnknown)
      return {
        answer: { claims, unknown, catalog },
        kind: 'yes',
        isLasting: false,
      }
    },
  }
}

/** By the catalog of this isolate, which may not know yet what was made a moment ago. */
function featureUnknown({ unknown, catalog: { version, features } }: PassportDraft): ProblemError {
  const texts = unknown.map((key) => {
    const near = nearest(key, [...features.keys()])
    return near === null ? `"${key}"` : `"${key}" (did you mean "${near}"?)`
  })
  const detail = `Version ${version} of the catalog has no ${texts.join(', no ')}`
  return new ProblemError('feature_unknown', { feature: unknown[0], catalogVersion: version, detail })
}

function tooLarge(bytes: number): ProblemError {
  const detail = `It would be of ${bytes} bytes, and may be of ${PASSPORT_BYTES_MAX}: name the features that it is needed for`
  return new ProblemError('passport_too_large', { bytes, bytesMax: PASSPORT_BYTES_MAX, detail })
}
