import * as z from 'zod'

export const id = z.union([z.int(), z.string().min(1)]).transform(String)

export const instant = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => Number.isFinite(at), 'is no moment')

/** Free fields of the shop's themes: what does not look like one says nothing. */
export const attributes = z.array(z.looseObject({ name: z.string(), value: z.unknown() })).catch([])
