import type * as z from 'zod'
import { nearest } from './nearest.ts'

/**
 * What is wrong with a value, in words for who has sent it: the one text for each kind of mistake, where a schema has none of its
 * own. `undefined` leaves it to zod.
 */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return typeInWords(issue.expected, issue.input)
    case 'too_small':
      return smallInWords(issue.origin, issue.minimum)
    case 'too_big':
      return `must ${isCounted(issue.origin) ? 'have' : 'be'} at most ${issue.maximum}${unitOf(issue.origin)}`
    case 'invalid_value':
      return `must be one of ${quoted(issue.values.map(String))}${meant(String(issue.input), issue.values.map(String))}`
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, keysOf(issue.inst))).join('; ')
    // These have texts of their own, or none can be made of them.
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return undefined
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

/** Of what is not there at all. */
export const MISSING = 'is missing'

function typeInWords(expected: string, input: unknown): string {
  if (input === undefined) return MISSING
  // 1e999 in JSON is Infinity in JavaScript.
  if (typeof input === 'number' && !Number.isFinite(input)) return 'must be a finite number'
  const kind = KINDS[expected] ?? expected
  return expected === 'int' ? `must be ${kind}` : `must be ${kind}, not ${kindOf(input)}`
}

function kindOf(input: unknown): string {
  if (input === null) return 'null'
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'boolean' ? String(input) : (KINDS[typeof input] ?? typeof input)
}

function isCounted(origin: string): boolean {
  return origin === 'string' || origin === 'array'
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : ''
}

function smallInWords(origin: string, minimum: number | bigint): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty'
  return `must ${isCounted(origin) ? 'have' : 'be'} at least ${minimum}${unitOf(origin)}`
}

function unknownKey(key: string, known: readonly string[]): string {
  if (key === 'userId' && !known.includes(key)) {
    return `Unrecognized key: "${key}"; what is of one user is under /v4/users/{userId}`
  }
  const near = meant(key, known)
  if (near !== '' || known.length === 0) return `Unrecognized key: "${key}"${near}`
  return `Unrecognized key: "${key}"; known are ${quoted(known)}`
}

function keysOf(schema: unknown): readonly string[] {
  const { def } = schema as { def?: { shape?: object } }
  return Object.keys(def?.shape ?? {})
}

function meant(said: string, known: readonly string[]): string {
  const near = nearest(said, known)
  return near === null ? '' : `; did you mean "${near}"?`
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `"${text}"`).join(', ')
}
