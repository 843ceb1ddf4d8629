import * as z from 'zod'
import { isObject } from '../is-object.ts'
import { userId } from '../user-id.ts'

/** How deep JSON of the caller's own may be nested. */
const JSON_DEPTH_MAX = 32

/** How many bytes JSON of the caller's own may take. */
const JSON_BYTES_MAX = 4096

const NOT_PLAIN = `is nested deeper than ${JSON_DEPTH_MAX}, or holds a lone surrogate`

const NOT_EXACT = 'is beyond ±(2^53 − 1), and not exact in JavaScript: send it as a text'

/** The path of whatever is one user's. */
export const ofUser = z.object({ userId })

export const FEATURE_KEY = /^[a-z0-9][a-z0-9._-]{0,63}$/

export const featureKey = z
  .string()
  .regex(FEATURE_KEY, '1 to 64 of a-z, 0-9 and . _ -, not starting with . _ -')
  .meta({ id: 'FeatureKey', examples: ['export-4k'] })

export const productId = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    '1 to 128 of letters, digits and _ . -, not starting with . or -',
  )
  .meta({ id: 'ProductId', examples: ['pro-yearly'] })

export const entitlementId = z
  .string()
  .regex(/^ent_[0-9a-f]{32}$/, 'ent_ and 32 hex digits')
  .meta({ id: 'EntitlementId', examples: ['ent_3f2a9c0d1b7e4a5f8c6d2e1f0a9b8c7d'] })

export const provider = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, '1 to 32 of a-z, 0-9 and _ -, starting with a letter')
  .meta({ id: 'Provider', examples: ['stripe'] })

export const account = z
  .string()
  .regex(/^[!-~]{0,255}$/, 'at most 255 visible ASCII characters')
  .default('')
  .meta({ description: 'Which of the provider’s accounts or shops; empty where there is one' })

export const reference = z
  .string()
  .regex(/^[!-~]{1,255}$/, '1 to 255 visible ASCII characters')
  .meta({ id: 'Reference', examples: ['order-1001'] })

/** As what reads the document knows patterns, which may not know `\p{Cc}`. */
const NO_CONTROL_CHARACTER = String.raw`^[^\u0000-\u001f\u007f-\u009f]*$`

/** A text for people to read. */
export function text(charactersMax: number) {
  return z
    .string()
    .min(1)
    .max(charactersMax)
    .refine((value) => value.isWellFormed(), 'holds a lone surrogate')
    .refine((value) => !/\p{Cc}/u.test(value), 'holds a control character')
    .meta({ pattern: NO_CONTROL_CHARACTER })
}

const NO_MOMENT = 'is not a moment in UTC such as 2027-01-31T00:00:00.000Z'

/** Whether a day is in its month is for the format to say. */
const SENT_INSTANT = String.raw`^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|\+00:00)$`

/** A moment as it is sent; milliseconds since the epoch within. Between 1970 and 9999, to the millisecond. */
export const instant = z.iso
  .datetime({ error: NO_MOMENT, abort: true, offset: true })
  // Python writes UTC as an offset, and so do the clients that are generated for it.
  .refine((value) => /(Z|\+00:00)$/.test(value), { error: NO_MOMENT, abort: true })
  .refine((value) => !/\.\d{4,}(Z|\+)/.test(value), 'is finer than a millisecond')
  .refine((value) => !(Date.parse(value) < 0), 'is before 1970')
  .transform((value) => Date.parse(value))
  .meta({
    id: 'SentInstant',
    format: 'date-time',
    pattern: SENT_INSTANT,
    description: 'ISO 8601 in UTC, between 1970 and 9999, to the millisecond at most',
    examples: ['2027-01-31T00:00:00.000Z'],
  })

/** A moment as it is answered. */
export const answeredInstant = z.iso.datetime({ precision: 3 }).meta({ id: 'Instant' })

export const version = z.int().min(0).meta({ id: 'Version' })

/** What JSON can say. */
type WireJson = null | boolean | number | string | readonly WireJson[] | { readonly [key: string]: WireJson }

const anyJson = z.unknown() as z.ZodType<WireJson>

export const jsonValue = anyJson
  .refine((value) => value !== undefined, 'is required')
  .refine(isPlain, { message: NOT_PLAIN, abort: true })
  .check(hasExactNumbers)
  .refine(isSmall, `takes more than ${JSON_BYTES_MAX} bytes`)
  .meta({ description: 'Any JSON of at most 4 KiB. Whole numbers beyond ±(2^53 − 1) are refused' })

// Not a `z.record`: that would drop a member named `__proto__`, and this is the caller’s own.
export const metadata = z
  .custom<Readonly<Record<string, WireJson>>>(isObject, 'is not an object')
  .refine(isPlain, { message: NOT_PLAIN, abort: true })
  .check(hasExactNumbers)
  .refine(isSmall, `takes more than ${JSON_BYTES_MAX} bytes`)
  .meta({
    type: 'object',
    additionalProperties: {},
    description:
      'The caller’s own data, at most 4 KiB; kept so that it can be erased. The user may see what is in the object under `public`, the rest is for tokens with scopes.',
  })

/** A whole number in a query or header. */
export function digits(max: number) {
  return z
    .string('is not one whole number')
    .regex(/^(0|[1-9][0-9]{0,15})$/, 'is not one whole number')
    .transform(Number)
    .refine((value) => value <= max, `is more than ${max}`)
    .meta({ type: 'integer', minimum: 0, maximum: max, pattern: undefined })
}

export const limit = digits(100)
  .refine((value) => value >= 1, 'is less than 1')
  .default(50)
  .meta({ type: 'integer', minimum: 1, maximum: 100, default: 50, pattern: undefined })

/** An opaque place in a listing, bound to its query. */
export const cursor = z.string().min(1).max(2048).meta({ description: '`nextCursor` of the page before' })

export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Where the next page begins; only `null` is the end, a page may be short' })

/** For rules about the whole: who has misspelt the one thing that was said is told that, and not that nothing was said. */
export function isOtherwiseRight({ issues }: z.core.ParsePayload): boolean {
  return issues.length === 0
}

/**
 * Names each number that may have been another one when it was written: 2^53 + 1 is read as 2^53, and `1e400` as Infinity. A
 * fraction is read as the nearest one, and written again as it was.
 */
function hasExactNumbers({ value, issues }: z.core.ParsePayload): void {
  for (const path of inexactIn(value)) issues.push({ code: 'custom', input: value, path, message: NOT_EXACT })
}

function inexactIn(value: unknown): (string | number)[][] {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value)) ? [] : [[]]
  }
  if (typeof value !== 'object' || value === null) return []
  const members = Array.isArray(value) ? value.entries() : Object.entries(value)
  return [...members].flatMap(([name, inner]) => inexactIn(inner).map((path) => [name, ...path]))
}

/** Whether JSON can say it again as it is: a lone surrogate has no UTF-8. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (depth >= JSON_DEPTH_MAX) return false
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isPlain(inner, depth + 1))
}

function isSmall(value: unknown): boolean {
  return new TextEncoder().encode(JSON.stringify(value) ?? '').length <= JSON_BYTES_MAX
}
