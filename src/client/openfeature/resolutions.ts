import type { ErrorCode, ResolutionDetails } from '@openfeature/core'
import type { LedgerError } from '../ledger-error.ts'
import type { CheckAnswer } from '../wire.ts'

/** Whether a value is of the type that was asked for. */
export type WantedValue<T> = (value: unknown) => value is T

/** What is known of a flag. */
export interface FlagAnswer {
  readonly check: CheckAnswer
  /** From the memory of the client. */
  readonly isRemembered: boolean
  /** Of a no: whether the feature has values, of which none says it. */
  readonly isConfig: boolean
}

/** What a flag is by the answer to a check. */
export function resolution<T>(
  { check, isRemembered, isConfig }: FlagAnswer,
  fallback: T,
  isWanted: WantedValue<T>,
): ResolutionDetails<T> {
  const { allowed, reason: variant, degraded, value = allowed } = check
  if (variant === 'unknown_feature') return failure(fallback, 'FLAG_NOT_FOUND', 'There is no such feature')
  const told = { variant, flagMetadata: metadataOf(check) }
  if (isConfig) return { value: fallback, reason: 'DISABLED', ...told }
  if (!isWanted(value)) return failure(fallback, 'TYPE_MISMATCH', 'The feature has values of another type')
  return { value, reason: degraded ? 'STALE' : isRemembered ? 'CACHED' : 'TARGETING_MATCH', ...told }
}

/** The default of whoever asked, and why. */
export function failure<T>(value: T, code: `${ErrorCode}`, errorMessage: string): ResolutionDetails<T> {
  // The SDK’s own enumeration would have to be carried.
  return { value, reason: 'ERROR', errorCode: code as unknown as ErrorCode, errorMessage }
}

/** The same where the ledger did not answer: what it makes of a key that can be none of a feature says that there is none. */
export function failureFor<T>(error: unknown, fallback: T): ResolutionDetails<T> {
  const { code, problem } = error as Partial<LedgerError>
  const wrong = code === 'malformed_request' ? problem?.errors : undefined
  if (wrong === undefined) return failure(fallback, 'GENERAL', String(code ?? error))
  return wrong.some(({ path }) => path.endsWith('.feature'))
    ? failure(fallback, 'FLAG_NOT_FOUND', 'No feature has such a key')
    : failure(fallback, 'INVALID_CONTEXT', 'The targeting key is no id of a user')
}

/** What OpenFeature lets it hold: texts, numbers, and true or false. */
function metadataOf({ version, catalogVersion, asOf, source, degraded, nextChangeAt, balance }: CheckAnswer) {
  const told = {
    version,
    catalogVersion,
    asOf,
    source,
    degraded,
    nextChangeAt,
    remaining: balance?.remaining,
  }
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, fact]) =>
      fact === null || fact === undefined ? [] : [[name, fact]],
    ),
  )
}
