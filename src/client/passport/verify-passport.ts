import type { PassportJwks } from './passport-jwks.ts'
import { Passport } from './verified-passport.ts'
import { type PassportRefusal, PassportRefused, refuse } from './passport-refusal.ts'
import type { SignedClaims } from './signed-claims.ts'

export interface VerifyOptions {
  /** By which keys: `remoteJwks`, or `localJwks`. */
  readonly jwks: PassportJwks
  /** Which ledger makes them: what it has as `PASSPORT_ISSUER`. */
  readonly issuer: string
  /** For whom they are made: what the ledger was asked for as `audience`. */
  readonly audience: string
  /** What tells the time, in milliseconds since 1970; the clock of the runtime when left out. */
  readonly now?: () => number
  /** How far that may be from the ledger’s, at most 60; 60 when left out. No right gets longer by it. */
  readonly skewSeconds?: number
  /** Below which versions a passport is too old: for all, or for who is its user, as told by a message that something has changed. */
  readonly floor?: PassportFloor | ((userId: string) => PassportFloor | undefined)
}

export interface PassportFloor {
  /** Of the user’s ledger. */
  readonly version?: number
  readonly catalogVersion?: number
}

const SKEW_SECONDS_MAX = 60

/**
 * Verifies a passport without asking the ledger. What is returned is `ok` or says why it is not; it is thrown only what is a mistake in
 * `options`.
 */
export async function verifyPassport(
  text: string | null | undefined,
  options: VerifyOptions,
): Promise<Passport | PassportRefusal> {
  const { jwks, now = Date.now, skewSeconds = SKEW_SECONDS_MAX } = options
  const skew = Math.min(skewSeconds, SKEW_SECONDS_MAX)
  try {
    const claims = await jwks.open(textOf(text), now() / 1000)
    checkClaims(claims, options, { now: now() / 1000, skew })
    return new Passport(claims, now, skew)
  } catch (error) {
    if (!(error instanceof PassportRefused)) throw error
    return { ok: false, reason: error.reason }
  }
}

/** A program without types hands in whatever a request holds. */
function textOf(shown: unknown): string {
  if (typeof shown === 'string') return shown
  return refuse(shown === undefined || shown === null ? 'missing' : 'malformed')
}

/** Each is asked for what is right, so that what compares with nothing is refused. */
function checkClaims(
  { iss, sub, aud, iat, exp, ver, cat }: SignedClaims,
  { issuer, audience, floor }: VerifyOptions,
  { now, skew }: { readonly now: number; readonly skew: number },
): void {
  if (!isText(iss, issuer)) refuse('wrong_issuer')
  // One text: a passport is made for one audience.
  if (!isText(aud, audience)) refuse('wrong_audience')
  if (!(iat <= now + skew)) refuse('not_yet')
  if (!(now < exp + skew)) refuse('expired')
  const { version = 0, catalogVersion = 0 } = (typeof floor === 'function' ? floor(sub) : floor) ?? {}
  if (!(ver >= version && cat >= catalogVersion)) refuse('too_old')
}

/** Two that are not there are not the same. */
function isText(said: unknown, wanted: string): boolean {
  return typeof said === 'string' && said === wanted
}
