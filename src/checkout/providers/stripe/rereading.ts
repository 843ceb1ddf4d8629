import * as z from 'zod'
import type { Rereading } from '../../provider/provider.ts'
import { KIND_BY_TYPE } from './event-kinds.ts'
import { snapshotSchema } from './event.ts'

const API = 'https://api.stripe.com'

/** What has half a character in its id has no address to be read at. */
const identified = z.looseObject({
  id: z.string().refine((id) => id.isWellFormed()),
  mode: z.unknown().optional(),
})

/** A version goes into a header, where not every text may stand: what is none is left to the account's own. */
const version = z.string().regex(/^[0-9a-z.-]{1,64}$/)

const versioned = z.looseObject({ api_version: version.nullish().catch(null) }).catch({})

/** The object of an event, in the shape of the API version in which the event was sent. */
export const rereading: Rereading = {
  urlOf(body) {
    const { data: event } = snapshotSchema.safeParse(body)
    const { data: object } = identified.safeParse(event?.data.object)
    if (event === undefined || object === undefined) return null
    const path = KIND_BY_TYPE.get(event.type)?.pathOf?.(object) ?? null
    return path === null ? null : API + path
  },
  // https://docs.stripe.com/api/versioning and https://docs.stripe.com/connect/authentication
  headersOf(body, { account, apiKey }) {
    const apiVersion = versioned.parse(body).api_version ?? null
    return {
      Authorization: `Bearer ${apiKey}`,
      ...(apiVersion === null ? {} : { 'Stripe-Version': apiVersion }),
      ...(account === '' ? {} : { 'Stripe-Account': account }),
    }
  },
}
