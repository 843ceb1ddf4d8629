import { need, readVariables } from '../variable.ts'
import { type PassportKey, passportKeys } from './passport-keys.ts'

/** What passports are made by. */
export interface PassportVariables {
  /** The claim `iss`. */
  readonly issuer: string
  readonly keys: readonly PassportKey[]
  /** For how long a confirmation is good, and for the value of a config feature. */
  readonly allowMaxAgeMs: number
  readonly valueMaxAgeMs: number
}

interface Found extends Omit<PassportVariables, 'issuer' | 'keys'> {
  readonly issuer: string | null
  readonly keys: string
}

/** What is good for a shorter time is over before somebody has shown it. */
const LIFE_MS_MIN = 30_000

/** Reads what passports are made by, and what is wrong with it. No problem tells a value. */
export function passportVariables({ issuer, keys, ...ages }: Found): {
  readonly settings: PassportVariables | null
  readonly problems: readonly string[]
} {
  const { values, problems } = readVariables({ PASSPORT_KEYS: need(passportKeys) }, { PASSPORT_KEYS: keys })
  const wrong = [
    ...problems,
    ...(issuer === null ? ['PASSPORT_ISSUER must be set beside PASSPORT_KEYS'] : []),
    ...(ages.allowMaxAgeMs < LIFE_MS_MIN
      ? ['ALLOW_MAX_AGE_SECONDS must be 30 at least beside PASSPORT_KEYS']
      : []),
  ]
  if (issuer === null || wrong.length > 0) return { settings: null, problems: wrong }
  return { settings: { issuer, keys: values.PASSPORT_KEYS, ...ages }, problems: [] }
}
