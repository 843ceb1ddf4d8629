import type * as z from 'zod'
import { inWords } from '../../contract/in-words.ts'
import { Unparseable } from './provider.ts'

/** The body as its schema has it. Throws `Unparseable` naming the first field that is wrong. */
export function parseEvent<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body, { error: inWords })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Unparseable(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is wrong'}`)
}
