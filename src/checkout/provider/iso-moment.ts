import * as z from 'zod'

/** A moment as most providers write it, in ISO 8601; read as milliseconds. */
export const isoMoment = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => Number.isFinite(at), 'is no moment')
