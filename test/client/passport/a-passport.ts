import { base64url } from 'jose'
import { NOON } from '../../domain/samples.ts'

/** A key that signs passports, and as it is published. */
export interface PassportSigner {
  readonly privateKey: CryptoKey
  readonly jwk: Readonly<Record<string, unknown>>
}

export const ISSUER = 'https://ledger.test'
export const AUDIENCE = 'https://app.test'
/** When passports of these tests are made. */
export const IAT = NOON / 1000

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export const KEY = await aKey('2030-a', {
  x: 'Y5iGeN8VeZzTbqmrS3bubaXnzt2AhfOq66gwEn8wJOA',
  y: 'UcYf0JB-Sgli8GZZaJbvyrE10jJfUGhYhMi23Qxdi-U',
  d: 'SdqxhaN2IlG1Hpo4BPjDNehCS9SZnNBF-Dj8R8mQ7Gk',
})

export const NEXT_KEY = await aKey('2030-b', {
  x: 'Zxn7aD2fW6sRtEiQPlQzzBa2QoPQ94vtnOKOzH5x8CQ',
  y: '85VElUUkNEFQ1ImT0PHM7VmoZXd2N1pBISoVsdRdVu0',
  d: 'xsaWMF7k8r9E5N-FVCPeHXaC8DaZ025st3OZg9qwaQE',
})

/** Of whom nothing was ever published. */
export const FOREIGN_KEY = await aKey('thief', {
  x: 't7vI60fRufH-tWcAbQWDDhxUa9KCXTQ1pEd5DlaStxY',
  y: 'hKxBhjbAEu9nTtgAwzVBJqBh4f5cH9cN7VMwo5IiU9o',
  d: '2JxQYpS8Tab5K0GCOv_4bBWJ9Zxc6HhBFMAb2TaC0S8',
})

async function aKey(
  kid: string,
  { x, y, d }: Readonly<Record<'x' | 'y' | 'd', string>>,
): Promise<PassportSigner> {
  const half = { kty: 'EC', crv: 'P-256', x, y }
  const privateKey = await crypto.subtle.importKey('jwk', { ...half, d }, ECDSA, false, ['sign'])
  return { privateKey, jwk: { ...half, kid, alg: 'ES256', use: 'sig' } }
}

export function jwksOf(...keys: readonly PassportSigner[]) {
  return { keys: keys.map(({ jwk }) => jwk) }
}

/** What a passport of these tests says, unless told otherwise; `undefined` takes a claim away. */
export function claimsWith(changes: object = {}): object {
  return {
    iss: ISSUER,
    sub: 'u_42',
    aud: AUDIENCE,
    iat: IAT,
    exp: IAT + 600,
    ver: 7,
    cat: 3,
    ent: {
      'export-4k': [{}],
      seats: [
        { v: 5, u: IAT + 300 },
        { v: 3, f: IAT + 301 },
      ],
      beta: [{ f: IAT + 400 }],
    },
    ...changes,
  }
}

/** A passport, rightly signed. `undefined` takes a member of the header away. */
export function aPassport({
  key = KEY,
  header = {},
  claims = claimsWith(),
}: {
  readonly key?: PassportSigner
  readonly header?: object
  readonly claims?: object
} = {}): Promise<string> {
  const full = { alg: 'ES256', kid: key.jwk['kid'], typ: 'entitlements+jwt', ...header }
  return signedTexts(JSON.stringify(full), JSON.stringify(claims), key)
}

/** A passport of exactly these texts, rightly signed. */
export function signedTexts(header: string, payload: string, key = KEY): Promise<string> {
  return signedParts(base64url.encode(header), base64url.encode(payload), key)
}

/** A passport whose first two parts are exactly these, rightly signed. */
export async function signedParts(header: string, payload: string, { privateKey } = KEY): Promise<string> {
  const input = `${header}.${payload}`
  const signature = await crypto.subtle.sign(ECDSA, privateKey, new TextEncoder().encode(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}
