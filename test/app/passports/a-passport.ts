import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { type Answered, ask } from '../../support/api.ts'
import type { anIsolate } from '../../support/isolate.ts'

type Of = Awaited<ReturnType<typeof anIsolate>>

export const AUDIENCE = 'https://app.test'
export const ISSUER = 'https://ledger.test'

/** Asks for a passport of a user. */
export function askForPassport(userId: string, body: object = {}, more: { of?: Of; token?: string } = {}) {
  return ask('POST', `/v4/users/${userId}/passports`, { body: { audience: AUDIENCE, ...body }, ...more })
}

/** The keys that are published. */
export async function publishedKeys(of?: Of): Promise<JSONWebKeySet> {
  const { json } = await ask('GET', '/.well-known/jwks.json', {
    token: null,
    ...(of === undefined ? {} : { of }),
  })
  return json as JSONWebKeySet
}

/** What a passport says, as any library verifies it. */
export async function verify(passport: string, jwks: JSONWebKeySet, now = Date.now()) {
  const { payload, protectedHeader } = await jwtVerify(passport, createLocalJWKSet(jwks), {
    issuer: ISSUER,
    audience: AUDIENCE,
    typ: 'entitlements+jwt',
    algorithms: ['ES256'],
    currentDate: new Date(now),
  })
  return { claims: payload as unknown as Claims, header: protectedHeader }
}

interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly ver: number
  readonly cat: number
  readonly ent: Readonly<Record<string, unknown>>
  readonly bal?: Readonly<Record<string, unknown>>
}

/** What the passport of an answer says. */
export async function claimsIn({ json }: Answered): Promise<Claims> {
  return (await verify(json.passport, await publishedKeys())).claims
}
