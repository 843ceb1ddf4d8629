import { env } from 'cloudflare:workers'
import { anIsolate } from '../support/isolate.ts'
import { aToken } from '../support/token.ts'

export const PREFIX = 'acme:'

const ISSUER = 'https://acme.test/'

const ONE = {
  audience: 'entitlement-ledger',
  algorithms: ['ES256'],
  jwks: Reflect.get(env, 'JWT_JWKS') as unknown,
  users: true,
}

/** Settings of one issuer whose people are all the users, and of one that is confined to those under a prefix. */
export const BOTH_ISSUERS = {
  // A machine that is busy is no failure.
  CHECK_TIMEOUT_MS: '20000',
  JWT_ISSUER: undefined,
  JWT_AUDIENCE: undefined,
  JWT_ALGORITHMS: undefined,
  JWT_JWKS: undefined,
  JWT_ISSUERS: [
    { issuer: 'https://issuer.test', ...ONE },
    { issuer: ISSUER, ...ONE, usersPrefix: PREFIX, alsoClaims: ['org_id'] },
  ],
}

export const confined = await anIsolate(BOTH_ISSUERS)

/** A token of the confined issuer. */
export function aConfinedToken(
  told: Omit<Parameters<typeof aToken>[0] & object, 'iss'> = {},
): Promise<string> {
  return aToken({ ...told, iss: ISSUER })
}
