import type { PassportKeys } from './passport-settings.ts'

/** Returns the keys by which passports are verified, whatever their role. Each is put together of its public members, and no other. */
export function publicJwks({ keys }: PassportKeys) {
  return {
    keys: keys.map(({ kid, x, y }) => ({ kty: 'EC', crv: 'P-256', kid, alg: 'ES256', use: 'sig', x, y })),
  }
}
