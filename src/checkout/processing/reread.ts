import * as z from 'zod'
import { keepReread } from '../../inbox/inbox-event.ts'
import type { Provider, Reread } from '../provider/provider.ts'
import { readBounded } from '../../platform/read-bounded.ts'

const API = 'https://api.stripe.com'
const TIMEOUT_MS = 5000
const BODY_BYTES_MAX = 1024 * 1024

/** What asks the provider's API: handed in, so that it can be another one. */
export interface RereadDeps {
  readonly d1: D1Database
  readonly now: () => number
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** `null` where nothing is read again. */
  readonly stripeApiKey: string | null
}

interface Rereadable {
  readonly id: string
  readonly provider: string
  readonly account: string
  /** What was read before, if anything was. */
  readonly reread: string | null
}

/** A version goes into a header, where not every text may stand: what is none is left to the account's own. */
const version = z.string().regex(/^[0-9a-z.-]{1,64}$/)

const versioned = z.looseObject({ api_version: version.nullish().catch(null) }).catch({})

/**
 * The object of an event as it is now, read once and kept with the event, so that a replay says the same. `null`
 * where it cannot be read or is gone; throws where the API does not answer, so that the event is tried again.
 */
export async function reread(
  deps: RereadDeps,
  { rereadPath }: Provider,
  event: Rereadable,
  body: unknown,
): Promise<Reread | null> {
  if (event.reread !== null) return JSON.parse(event.reread) as Reread | null
  if (deps.stripeApiKey === null || event.provider !== 'stripe') return null
  const path = rereadPath?.(body) ?? null
  if (path === null) return null

  const startedAt = deps.now()
  const apiVersion = versioned.parse(body).api_version ?? null
  const response = await deps.fetch(API + path, {
    headers: {
      Authorization: `Bearer ${deps.stripeApiKey}`,
      ...(apiVersion === null ? {} : { 'Stripe-Version': apiVersion }),
      ...(event.account === '' ? {} : { 'Stripe-Account': event.account }),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const object = await objectIn(response)
  const found: Reread | null = object === null ? null : { object, startedAt }
  return JSON.parse(await keepReread(deps.d1, event.id, JSON.stringify(found))) as Reread | null
}

async function objectIn(response: Response): Promise<unknown> {
  if (!response.ok) await response.body?.cancel()
  if (response.status === 404) return null
  if (!response.ok) throw new Error(`Stripe answered ${response.status} when an object was read again`)
  const bytes = await readBounded(response, BODY_BYTES_MAX)
  if (bytes === null) throw new Error('An object that was read again is too large')
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown
}
