/**
 * What a failed append means.
 *
 * - `lost`: somebody else was faster (a sequence or a receipt is taken, a guard does not hold): decide again.
 * - `refused`: D1 aborted the batch for another reason: nothing was recorded, and the same batch never will be.
 * - `unknown`: the batch may or may not have been recorded. Every message that is not known means this.
 */
type D1Failure = 'lost' | 'refused' | 'unknown'

// The texts are those of SQLite and of D1 (https://developers.cloudflare.com/d1/observability/debug-d1/).
const LOST = [
  /entries follow one another/,
  /UNIQUE constraint failed: entries\./,
  /UNIQUE constraint failed: receipts\./,
  /CHECK constraint failed: holds = 1/,
]
const REFUSED = [
  /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|ERROR)/,
  /constraint failed/,
  /D1_TYPE_ERROR/,
  /malformed JSON/,
]

export function d1Failure(error: unknown): D1Failure {
  const text = messages(error)
  if (LOST.some((pattern) => pattern.test(text))) return 'lost'
  if (REFUSED.some((pattern) => pattern.test(text))) return 'refused'
  return 'unknown'
}

/** D1 and Drizzle wrap the error that matters in `cause`. */
function messages(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}\n${messages(error.cause)}`
}
