import type { Catalog } from '../../catalog/catalog.ts'
import type { FeatureKey, Seq, UserId } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'
import { accessBy } from '../access-by-catalog.ts'
import type { Snapshot } from '../snapshot.ts'
import { type Interval, intervalsOf } from './intervals.ts'

/**
 * What a passport says, all of it confirmed: no more than a yes. A feature may be used at a moment where it is listed in `ent` with
 * an interval in which the moment lies. What is not listed is not known, and never a no. Times are whole seconds (RFC 7519, 2).
 */
export interface PassportClaims {
  readonly iss: string
  readonly sub: UserId
  readonly aud: string
  /** When it was made. */
  readonly iat: number
  /** Exclusive: counted from when what it says was confirmed. */
  readonly exp: number
  /** The version of the user's ledger. */
  readonly ver: Seq
  /** The version of the catalog. */
  readonly cat: number
  /** Of each boolean and config feature that the user may use, or will within the life of the passport: when. */
  readonly ent: Readonly<Record<FeatureKey, readonly Interval[]>>
  /** Advice, where it was asked for: what was left of metered features. Only a consumption decides. */
  readonly bal?: Readonly<Record<FeatureKey, BalanceAdvice>>
}

interface BalanceAdvice {
  /** Below zero for a debt. */
  readonly remaining: number
  /** When the ledger confirmed it. */
  readonly asOf: number
}

/** What is known, and since when. */
export interface PassportBasis {
  readonly snapshot: Snapshot
  readonly catalog: Catalog
  readonly catalogConfirmedAt: Instant
}

export interface PassportTerms {
  readonly issuer: string
  readonly audience: string
  readonly features: readonly FeatureKey[]
  /** Whether to advise on metered features. */
  readonly balances: boolean
  /** For how long the object's confirmation is good, at most `PASSPORT_LIFE_MS_MAX`. */
  readonly lifeMs: number
  /** For how long it is good for the value of a config feature. */
  readonly valueLifeMs: number
}

/** However long is asked for, nothing in a passport was confirmed longer ago: neither of the user nor of the catalog. */
export const PASSPORT_LIFE_MS_MAX = 600_000

/** By so much a verifier's clock may be behind. Ends are told for as long after `exp`, so that it makes no right longer. */
const LEEWAY_SECONDS = 60

const SECOND_MS = 1000

/** Returns what a passport made at `now` says. It is good until `exp`, which may have passed where the life is too short. */
export function passportClaims(
  { snapshot, catalog, catalogConfirmedAt }: PassportBasis,
  { issuer, audience, features, balances, lifeMs, valueLifeMs }: PassportTerms,
  now: Instant,
): PassportClaims {
  // The object's clock may be ahead of this one.
  const confirmedAt = Math.min(snapshot.confirmedAt, now)
  const iat = secondsOf(now)
  const exp = secondsOf(Math.min(confirmedAt + lifeMs, catalogConfirmedAt + PASSPORT_LIFE_MS_MAX))
  const until = exp + LEEWAY_SECONDS
  const valuesUntil = valueLifeMs < lifeMs ? Math.min(secondsOf(confirmedAt + valueLifeMs), until) : until
  const ofFeatures = features.flatMap((feature) => {
    const intervals = intervalsOf(snapshot, catalog, feature, { from: iat, until, valuesUntil })
    return intervals.length === 0 ? [] : [[feature, intervals] as const]
  })
  return {
    iss: issuer,
    sub: snapshot.userId,
    aud: audience,
    iat,
    exp,
    ver: snapshot.version,
    cat: catalog.version,
    ent: Object.fromEntries(ofFeatures),
    ...(balances ? { bal: balancesOf(snapshot, catalog, features, now) } : {}),
  }
}

/** Of what spends another's lots there is none: it has its balance there. */
function balancesOf(
  snapshot: Snapshot,
  catalog: Catalog,
  features: readonly FeatureKey[],
  now: Instant,
): Readonly<Record<FeatureKey, BalanceAdvice>> {
  const asOf = secondsOf(snapshot.confirmedAt)
  const balances = features.flatMap((feature) => {
    const { balance, spends } = accessBy(snapshot, catalog, feature, now)
    if (balance === undefined || spends !== undefined) return []
    return [[feature, { remaining: balance.remaining, asOf }] as const]
  })
  return Object.fromEntries(balances)
}

function secondsOf(instant: Instant): number {
  return Math.floor(instant / SECOND_MS)
}
