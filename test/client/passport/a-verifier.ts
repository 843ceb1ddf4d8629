import { expect } from 'vitest'
import { localJwks } from '../../../src/client/passport/local-jwks.ts'
import type { PassportReason } from '../../../src/client/passport/passport-refusal.ts'
import { type VerifyOptions, verifyPassport } from '../../../src/client/passport/verify-passport.ts'
import type { Passport } from '../../../src/client/passport/verified-passport.ts'
import { NOON } from '../../domain/samples.ts'
import { AUDIENCE, ISSUER, KEY, jwksOf } from './a-passport.ts'

/** Verifies at noon by the key of these tests, unless told otherwise. */
export function verified(text: string | null | undefined, options: Partial<VerifyOptions> = {}) {
  return verifyPassport(text, {
    jwks: localJwks(jwksOf(KEY)),
    issuer: ISSUER,
    audience: AUDIENCE,
    now: () => NOON,
    ...options,
  })
}

/** The passport that a text is, which has to be taken. */
export async function expectTaken(text: string, options?: Partial<VerifyOptions>): Promise<Passport> {
  const passport = await verified(text, options)
  if (!passport.ok) expect.unreachable(passport.reason)
  return passport
}

export async function expectRefused(
  text: string | null | undefined,
  reason: PassportReason,
  options?: Partial<VerifyOptions>,
): Promise<void> {
  expect(await verified(text, options)).toEqual({ ok: false, reason })
}
