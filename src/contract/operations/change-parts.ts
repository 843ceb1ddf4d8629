import * as z from 'zod'

// What operations have in common that change something.

/** RFC 9110, 8.8.3: an edge that packs an answer weakens its tag, and W/"7" is the version 7 as well. */
const ifMatch = z
  .string()
  .regex(/^(\*|(W\/)?"(0|[1-9][0-9]{0,15})")$/, 'is not one version in double quotes, such as "7"')
  .transform((etag) => (etag === '*' ? ('any' as const) : versionIn(etag)))
  .optional()
  .meta({ description: 'The ETag that the change rests on, such as "7"; or * for any that is there' })

/** What is created is not there yet. */
const ifMatchOfUser = z
  .string()
  .regex(/^(W\/)?"(0|[1-9][0-9]{0,15})"$/, 'is not one version in double quotes, such as "7"')
  .transform(versionIn)
  .optional()
  .meta({ description: 'The version of the user’s ledger that the change rests on, such as "7"' })

function versionIn(etag: string): number {
  return Number(etag.replaceAll(/[W/"]/g, ''))
}

const idempotencyKey = z
  .string('is missing: make one before the first try, and send the same on every retry')
  .regex(/^[!-~]{1,255}$/, '1 to 255 visible ASCII characters')

/** A change that has to be recognised when it comes again. */
export const requiredKey = z.object({
  'idempotency-key': idempotencyKey.meta({
    description: 'The same value on every retry of the same request',
  }),
  'if-match': ifMatch,
})
/** What creates something of a user. */
export const creationKey = requiredKey.extend({ 'if-match': ifMatchOfUser })
/** A change that says what shall be, and may come again as it is. */
export const optionalKey = requiredKey.partial({ 'idempotency-key': true })
/** A change that may come again as it is, and has no key. */
export const versionOnly = requiredKey.pick({ 'if-match': true })
/** A change that rests on no version. */
export const keyOnly = requiredKey.pick({ 'idempotency-key': true })

/** What says how far the ledger is now. */
export const WRITE_HEADERS = ['ETag', 'Ledger-Head', 'Idempotent-Replayed'] as const
/** What any change may answer, of whatever it is. */
export const WRITE_PROBLEMS = ['ledger_unavailable', 'ledger_full', 'outcome_unknown'] as const
/** What any change of one user's ledger may answer. */
export const CHANGE_PROBLEMS = [
  'precondition_failed',
  'idempotency_key_reused',
  'overloaded',
  ...WRITE_PROBLEMS,
] as const
