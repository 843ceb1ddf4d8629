import { isObject } from './is-object.ts'
import { Unfit } from './variable.ts'

/** RFC 7518, 6.2.1.2 and RFC 8037, 2: a coordinate has the length of its curve, in base64url. */
const COORDINATE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['P-256', 43],
  ['P-384', 64],
  ['P-521', 88],
  ['Ed25519', 43],
])

/** RFC 7518, 6: an RSA modulus of 2,048 bits has so many characters. */
const MODULUS_LENGTH_MIN = 342

/** RFC 7518, 6 and RFC 8037, 2: what each kind of key is made of. */
const MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['x', 'y']],
  ['OKP', ['x']],
  ['RSA', ['n', 'e']],
])

/** Throws `Unfit` for what is no public key, or a weak one. */
export function checkPublicKey(key: unknown, path: readonly (string | number)[]): void {
  if (!isObject(key)) throw new Unfit('is no key', path)
  const refuse = (member: string, reason: string): never => {
    throw new Unfit(reason, [...path, member])
  }
  const { kty, crv, d } = key
  const members = MEMBERS.get(kty) ?? refuse('kty', `is none of ${[...MEMBERS.keys()].join(', ')}`)
  // RFC 7518, 6: `d` is the private half of each of these kinds.
  if (d !== undefined) refuse('d', 'is the private half of the key: configure the public members alone')
  for (const name of ['alg', 'use']) {
    if (name in key && typeof key[name] !== 'string') refuse(name, 'is not a text')
  }
  if (kty !== 'RSA' && typeof crv !== 'string') refuse('crv', 'is not a text')
  for (const name of members) {
    const value = key[name]
    if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value)) return refuse(name, 'is not base64url')
    const length = COORDINATE_LENGTHS.get(String(crv))
    if (kty !== 'RSA' && length !== undefined && value.length !== length) {
      refuse(name, `is no coordinate on ${String(crv)}`)
    }
    if (name === 'n' && value.length < MODULUS_LENGTH_MIN) refuse(name, 'is weaker than 2,048 bits')
  }
}
