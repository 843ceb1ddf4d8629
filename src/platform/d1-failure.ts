/**
 * What a failed append means.
 *
 * - `lost`: somebody else was faster (a sequence or a receipt is taken, a guard does not hold): decide again.
 * - `refused`: D1 aborted the batch for another reason: nothing was recorded, and the same batch never will be.
 * - `full`: the database has no room: nothing was recorded, and nothing will be until there is some.
 * - `over_quota`: the account has used up what its plan allows in a day: nothing was recorded until that is over.
 * - `read_only`: the database takes no writes at present: nothing was recorded.
 * - `unknown`: the batch may or may not have been recorded. Every message that is not known means this.
 */
export type D1Failure = 'lost' | 'refused' | 'full' | 'over_quota' | 'read_only' | 'unknown'

// The texts are those of SQLite and of D1 (https://developers.cloudflare.com/d1/observability/debug-d1/). The first kind that
// has one in common with the message counts.
const TEXTS: readonly (readonly [D1Failure, readonly RegExp[]])[] = [
  [
    'lost',
    [
      /entries follow one another/,
      /UNIQUE constraint failed: entries\./,
      /UNIQUE constraint failed: receipts\./,
      /CHECK constraint failed: holds = 1/,
    ],
  ],
  [
    'full',
    [
      /Exceeded maximum DB size/i,
      /exceeded .*maximum account storage/i,
      /SQLITE_FULL/,
      /database or disk is full/,
    ],
  ],
  ['over_quota', [/exceeded D1.s free tier/i]],
  ['read_only', [/SQLITE_READONLY/, /attempt to write a readonly database/]],
  [
    'refused',
    [
      /SQLITE_(AUTH|CONSTRAINT|ERROR|MISMATCH|TOOBIG)/,
      /constraint failed/,
      /D1_TYPE_ERROR/,
      /malformed JSON/,
    ],
  ],
]

export function d1Failure(error: unknown): D1Failure {
  const text = messages(error)
  const known = TEXTS.find(([, patterns]) => patterns.some((pattern) => pattern.test(text)))
  return known?.[0] ?? 'unknown'
}

/** D1 and Drizzle wrap the error that matters in `cause`. */
function messages(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}\n${messages(error.cause)}`
}
