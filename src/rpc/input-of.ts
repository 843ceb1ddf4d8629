import type * as z from 'zod'
import { placesOf } from '../app/problems/places-of.ts'
import { ProblemError } from '../app/problems/problem-error.ts'
import { inWords } from '../contract/in-words.ts'
import { plainJson } from './plain-json.ts'

/** What the schema lets through of a call. Throws the same problems as a request that is as wrong. */
export function inputOf<Schema extends z.ZodType>(schema: Schema, asked: unknown): z.output<Schema> {
  const parsed = schema.safeParse(plainJson(asked), { error: inWords })
  if (parsed.success) return parsed.data
  const errors = placesOf(['input'], parsed.error.issues)
  const isKey = errors.some(({ path }) => path === 'input.idempotencyKey')
  throw new ProblemError(isKey ? 'idempotency_key_missing' : 'malformed_request', { errors })
}
