import { firstKeys, nextStep } from '../../../scripts/passport-keys.mjs'

const MINUTE_MS = 60_000
const at = (minutes) => new Date(Date.now() + minutes * MINUTE_MS)

const announced = (keys) => nextStep(keys, at(-40)).made

/** `PASSPORT_KEYS` as `npm run passport-key` makes them: at first, once the new key signs and the old one is still published, and after it. */
export const FIRST = firstKeys(at(-60))
export const CHANGED = nextStep(announced(FIRST), at(-20)).made
export const DROPPED = nextStep(CHANGED, at(0)).made

/** The key that signs, with which tests sign. */
export async function signerOf({ keys }) {
  const { kid, kty, crv, x, y, d } = keys.find(({ role }) => role === 'signing')
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ecdsa, false, ['sign'])
  return { privateKey, jwk: { kid } }
}
