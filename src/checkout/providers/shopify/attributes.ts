import * as z from 'zod'

/** Free fields of the shop's themes: what does not look like one says nothing. */
export const attributes = z.array(z.looseObject({ name: z.string(), value: z.unknown() })).catch([])
