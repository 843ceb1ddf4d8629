import { base64url } from 'jose'
import type { PassportClaims } from '../domain/user/passport/passport-claims.ts'
import { ES256, importKey } from './import-key.ts'
import type { PassportKeys } from './passport-settings.ts'

/** RFC 8725, 3.11: what is no access token says so, and is taken for none. */
const TYP = 'entitlements+jwt'

const utf8 = new TextEncoder()

interface SigningKey {
  /** The header of all that it signs, as it is written. */
  readonly header: string
  readonly key: CryptoKey
}

/** Imported once for an isolate. */
const imported = new WeakMap<PassportKeys, SigningKey>()

/**
 * Returns a passport that says this: a JWS in compact form (RFC 7515, 7.1), by the key that signs. To sign is these few lines;
 * through jose an isolate would evaluate its code for that at its start, with the code that verifies tokens.
 */
export async function signedPassport(claims: PassportClaims, keys: PassportKeys): Promise<string> {
  const { header, key } = await signingKeyOf(keys)
  const text = `${header}.${base64url.encode(JSON.stringify(claims))}`
  const signature = await crypto.subtle.sign(ES256, key, utf8.encode(text))
  return `${text}.${base64url.encode(new Uint8Array(signature))}`
}

async function signingKeyOf(keys: PassportKeys): Promise<SigningKey> {
  const known = imported.get(keys) ?? (await importSigningKey(keys))
  imported.set(keys, known)
  return known
}

async function importSigningKey({ keys }: PassportKeys): Promise<SigningKey> {
  const signing = keys.find(({ role }) => role === 'signing')
  if (signing === undefined) throw new Error('No key signs passports')
  const header = base64url.encode(JSON.stringify({ alg: 'ES256', kid: signing.kid, typ: TYP }))
  return { header, key: await importKey(signing) }
}
