import type { CheckAnswer } from '../wire.ts'
import { refuse } from './passport-refusal.ts'

type Value = CheckAnswer['value']

/** What a passport says, as it is written: times in whole seconds since the epoch. */
export interface SignedClaims {
  readonly iss: unknown
  readonly sub: string
  readonly aud: unknown
  readonly iat: number
  readonly exp: number
  readonly ver: number
  readonly cat: number
  readonly ent: Readonly<Record<string, readonly TimeAllowed[]>>
  readonly bal?: Readonly<Record<string, { readonly remaining: number }>>
}

/** A time in which a feature may be used: `f` ≤ now < `u`, for a config feature with the value `v`. */
interface TimeAllowed {
  readonly v?: Value
  readonly f?: number
  readonly u?: number
}

type Unknown<T> = { readonly [Name in keyof T]?: unknown }

/** What no ledger signs is not good for longer than a cached yes: 10 minutes. */
const LIFE_SECONDS_MAX = 600

/** What a passport says, if it says all that one has to. Of more than that, as a newer ledger may say, nothing is read. */
export function claimsOf(payload: unknown): SignedClaims {
  return isClaims(payload) ? payload : refuse('malformed')
}

function isClaims(payload: unknown): payload is SignedClaims {
  if (!isObject(payload)) return false
  const { sub, iat, exp, ver, cat, ent, bal = {} } = payload as Unknown<SignedClaims>
  return (
    typeof sub === 'string' &&
    sub !== '' &&
    [iat, exp, ver, cat].every(isCount) &&
    isLife((exp as number) - (iat as number)) &&
    isObject(ent) &&
    Object.values(ent).every((times) => Array.isArray(times) && times.every(isTime)) &&
    isObject(bal) &&
    Object.values(bal).every((one) => isObject(one) && Number.isSafeInteger(one['remaining']))
  )
}

function isLife(seconds: number): boolean {
  return seconds > 0 && seconds <= LIFE_SECONDS_MAX
}

function isTime(value: unknown): boolean {
  if (!isObject(value)) return false
  const { f = 0, u = 0 } = value as Unknown<TimeAllowed>
  return isCount(f) && isCount(u)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
