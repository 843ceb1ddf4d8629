import type * as z from 'zod'
import { NOTHING_SAID, type EventReading } from './provider.ts'

/** What is said of an object that has the shape we know; one that has not waits for somebody to look. */
export function readShape<S extends z.ZodType>(
  schema: S,
  object: unknown,
  say: (object: z.output<S>) => EventReading,
): EventReading {
  const parsed = schema.safeParse(object)
  if (parsed.success) return say(parsed.data)
  const [issue] = parsed.error.issues
  return { ...NOTHING_SAID, unknown: [`shape=${issue?.path.join('.') || 'data'}`] }
}
