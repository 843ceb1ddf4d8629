import * as z from 'zod'

/** An id that a provider counts up, and writes as a number or as its text; read as text. */
export const countedId = z.union([z.int(), z.string().min(1)]).transform(String)
