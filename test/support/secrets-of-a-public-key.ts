import { base64url } from 'jose'
import type { SigningKey } from './tokens.ts'

/** A public key in every writing that a careless verifier could take for the secret of an HMAC. */
export async function secretsOfAPublicKey({ jwk, alg }: SigningKey): Promise<Record<string, Uint8Array>> {
  const rsaOrEd = alg === 'EdDSA' ? { name: 'Ed25519' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const algorithm = alg.startsWith('ES') ? { name: 'ECDSA', namedCurve: 'P-256' } : rsaOrEd
  const { kty, crv, x, y, n, e } = jwk
  const keyData = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JsonWebKey
  const key = await crypto.subtle.importKey('jwk', keyData, algorithm, true, ['verify'])
  const der = new Uint8Array((await crypto.subtle.exportKey('spki', key)) as ArrayBuffer)
  const lines = btoa(String.fromCharCode(...der)).replaceAll(/.{64}/g, '$&\n')
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----`
  const text = (value: string) => new TextEncoder().encode(value)
  const number = String(x ?? n)
  return {
    'its DER': der,
    'its PEM': text(pem),
    'its PEM and a newline': text(`${pem}\n`),
    'its JWK': text(JSON.stringify(jwk)),
    'the bytes of its coordinate or modulus': base64url.decode(number),
    'the text of its coordinate or modulus': text(number),
    'an empty secret': new Uint8Array(1),
  }
}
