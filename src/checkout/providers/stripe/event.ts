import * as z from 'zod'
import { moment } from './object.ts'

const named = {
  id: z.string().min(1),
  type: z.string(),
  account: z.string().nullish(),
  livemode: z.boolean().nullish(),
}

/** An event that carries its object. */
export const snapshotSchema = z.looseObject({
  ...named,
  object: z.literal('event'),
  created: moment,
  data: z.looseObject({ object: z.unknown() }),
})

/** An event of API v2 names its object and carries none of it. */
const thinSchema = z.looseObject({
  ...named,
  object: z.literal('v2.core.event'),
  created: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
})

export const eventSchema = z.union([snapshotSchema, thinSchema])
