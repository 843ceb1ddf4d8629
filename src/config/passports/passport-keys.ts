import { isObject } from '../is-object.ts'
import { jsonOf } from '../json-of.ts'
import { checkPublicKey } from '../public-key.ts'
import { type Rule, Unfit } from '../variable.ts'

/**
 * A key of passports. An announced one is published and signs nothing yet, so that verifiers know it once it does; a retired one
 * is published until its last passport has ended.
 */
export interface PassportKey {
  readonly kid: string
  readonly role: (typeof ROLES)[number]
  readonly x: string
  readonly y: string
  /** The private half: `null` where it is not there, which one that signs cannot do without. */
  readonly d: string | null
}

const ROLES = ['announced', 'signing', 'retired'] as const

/** One that comes, one that signs, one that goes. */
const KEYS_MAX = 3

/** `PASSPORT_KEYS`: a JWKS in JSON with private halves, of keys for ES256 that each have a role. */
export const passportKeys: Rule<readonly PassportKey[]> = (text) => {
  const jwks = jsonOf(text)
  const listed: unknown = isObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(listed)) throw new Unfit('is not a list of keys', ['keys'])
  if (listed.length > KEYS_MAX) throw new Unfit(`has more than ${KEYS_MAX} keys`, ['keys'])
  const keys = listed.map((key, place) => passportKey(key, ['keys', place]))
  for (const [place, { kid }] of keys.entries()) {
    if (keys.findIndex((one) => one.kid === kid) < place) {
      throw new Unfit('is the name of another key', ['keys', place, 'kid'])
    }
  }
  const signing = keys.filter(({ role }) => role === 'signing').length
  if (signing !== 1) throw new Unfit(`has ${signing} keys of the role signing: one signs`, ['keys'])
  return keys
}

function passportKey(found: unknown, path: readonly (string | number)[]): PassportKey {
  if (!isObject(found)) throw new Unfit('is no key', path)
  const { d, ...known } = found
  checkPublicKey(known, path)
  const refuse = (member: string, reason: string): never => {
    throw new Unfit(reason, [...path, member])
  }
  const { kid, kty, crv, x, y, alg } = known
  // With ES256 every library verifies.
  if (kty !== 'EC') refuse('kty', 'is not EC')
  if (crv !== 'P-256') refuse('crv', 'is not P-256')
  if (alg !== undefined && alg !== 'ES256') refuse('alg', 'is not ES256')
  if (typeof kid !== 'string' || kid === '') return refuse('kid', 'is no name: each key needs one')
  const role = ROLES.find((one) => one === known['role'])
  if (role === undefined) return refuse('role', `is none of ${ROLES.join(', ')}`)
  if (d !== undefined && !(typeof d === 'string' && /^[A-Za-z0-9_-]{43}$/.test(d))) {
    refuse('d', 'is no private half on P-256')
  }
  if (d === undefined && role === 'signing') refuse('d', 'is missing: the public half signs nothing')
  return { kid, role, x: String(x), y: String(y), d: typeof d === 'string' ? d : null }
}
