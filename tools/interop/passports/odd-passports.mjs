import { base64url } from 'jose'
import { FOREIGN_KEY, aPassport, signedParts, signedTexts } from '../../../test/client/passport/a-passport.ts'
import { HEADER_ATTACKS } from '../../../test/client/passport/header-attacks.ts'

/** Of the points of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

export const HIGH_S = 'a signature with the other s'

/** What no ledger writes, by its key unless it says otherwise: each with its name. */
export async function oddPassports(key, claims) {
  return [
    ...(await ofWriting(key, claims)),
    ...(await ofHeaders(key, claims)),
    ...(await ofSignatures(key, claims)),
  ]
}

/** Texts that a ledger does not write, though its key has signed them. */
async function ofWriting(key, claims) {
  const header = JSON.stringify({ alg: 'ES256', kid: key.jwk.kid, typ: 'entitlements+jwt' })
  const payload = JSON.stringify(claims)
  const twice = payload.replace('"sub"', '"sub":"u_other","sub"')
  const latin1 = Uint8Array.from(payload.replace('u_42', '\u{ff}'), (character) => character.charCodeAt(0))
  const good = await signedTexts(header, payload, key)
  const spared = good.slice(0, -1) + oneBitMore(good.at(-1))
  const made = {
    'two users': await signedTexts(header, twice, key),
    'two algorithms, none first': await signedTexts(header.replace('{', '{"alg":"none",'), payload, key),
    'spaces in the JSON': await signedTexts(` ${header}`, `${payload}\n`, key),
    'text that is no UTF-8': await signedParts(base64url.encode(header), base64url.encode(latin1), key),
    padding: `${good}==`,
    'another last character of the signature': spared,
  }
  return Object.entries(made)
}

/** Each of these headers by the key of the ledger, and by one that nobody has published. */
function ofHeaders(key, claims) {
  const attacks = HEADER_ATTACKS.flatMap(([what, header]) => [
    [`a header that says ${what}`, { key, header }],
    [`a thief's header that says ${what}`, { key: FOREIGN_KEY, header: { kid: key.jwk.kid, ...header } }],
  ])
  const brought = { kid: key.jwk.kid, jwk: FOREIGN_KEY.jwk }
  return Promise.all(
    [
      ...attacks,
      ["a thief's header that brings the key", { key: FOREIGN_KEY, header: brought }],
      ["a thief's header that names the key", { key: FOREIGN_KEY, header: { kid: key.jwk.kid } }],
    ].map(async ([name, made]) => [name, await aPassport({ ...made, claims })]),
  )
}

/** In other forms than the two numbers of 32 bytes. */
async function ofSignatures(key, claims) {
  const good = await aPassport({ key, claims })
  const start = good.slice(0, good.lastIndexOf('.') + 1)
  const bytes = base64url.decode(good.slice(start.length))
  const [r, s] = [bytes.slice(0, 32), bytes.slice(32)]
  const otherS = (ORDER - BigInt(`0x${Buffer.from(s).toString('hex')}`)).toString(16).padStart(64, '0')
  const der = (number) => [2, 33, 0, ...number]
  const made = {
    [HIGH_S]: [...r, ...Buffer.from(otherS, 'hex')],
    'a signature in DER': [0x30, 70, ...der(r), ...der(s)],
    'a signature with a byte more': [...bytes, 0],
    'a signature of zeros': Array.from({ length: 64 }, () => 0),
    'no signature': [],
  }
  return Object.entries(made).map(([name, signature]) => [
    name,
    start + base64url.encode(new Uint8Array(signature)),
  ])
}

/** Of base64url, with a bit that no decoder looks at: 64 bytes leave four to spare in the last character. */
function oneBitMore(character) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(character) + 1]
}
