import type * as z from 'zod'
import type { ProblemCode } from '../problems/problems.ts'
import type { Who } from '../who.ts'

/** One thing that the API does: what the routes, the validation and the document are all made from. */
export interface Operation {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete'
  /** As OpenAPI writes it: `/v4/users/{userId}/entitlements`. */
  readonly path: string
  readonly tag: 'Checks' | 'Entitlements' | 'Usage' | 'Ledger' | 'Catalog' | 'Checkout' | 'Service'
  readonly summary: string
  readonly who: Who
  readonly params?: z.ZodObject
  readonly query?: z.ZodType
  readonly headers?: z.ZodObject
  readonly body?: z.ZodType
  /** What the schema makes of a body that is asked most, found at a look; `null` of any other, which is left to the schema. */
  readonly plainBody?: (body: unknown) => object | null
  /** Where it takes less than any other body. */
  readonly bodyBytesMax?: number
  /** What is taken is of somebody else's making, and whoever carries the operation out reads it. */
  readonly foreignBody?: true
  readonly answers: Readonly<Record<number, AnswerSpec>>
  /** Besides those that any operation of its kind may answer. */
  readonly problems: readonly ProblemCode[]
  /** The form of its problems of these statuses where another protocol has one: as `application/json`. */
  readonly failure?: { readonly schema: z.ZodType; readonly statuses: readonly number[] }
}

export interface AnswerSpec {
  readonly description: string
  /** `null` when the body is not JSON. */
  readonly schema: z.ZodType | null
  /** There is no body at all. */
  readonly isEmpty?: true
  readonly headers?: readonly AnswerHeader[]
}

export type AnswerHeader =
  'Date' | 'ETag' | 'Location' | 'Ledger-Head' | 'Idempotent-Replayed' | 'Server-Timing'
