import type { Instant } from '../../domain/values/instant.ts'
import { keepReread } from '../../inbox/inbox-event.ts'
import { readBounded } from '../../platform/read-bounded.ts'
import type { Provider, Reread } from '../provider/provider.ts'

const TIMEOUT_MS = 5000
const BODY_BYTES_MAX = 1024 * 1024

/** What asks the provider's API: handed in, so that it can be another one. */
export interface RereadDeps {
  readonly d1: D1Database
  readonly now: () => Instant
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** By provider. Where one is missing, nothing is read again. */
  readonly apiKeys: ReadonlyMap<string, string>
}

interface Rereadable {
  readonly id: string
  readonly provider: string
  readonly account: string
  /** What was read before, if anything was. */
  readonly reread: string | null
}

/**
 * The object of an event as it is now, read once and kept with the event, so that a replay says the same. `null`
 * where it cannot be read or is gone; throws where the API does not answer, so that the event is tried again.
 */
export async function reread(
  deps: RereadDeps,
  { rereading }: Provider,
  event: Rereadable,
  body: unknown,
): Promise<Reread | null> {
  if (event.reread !== null) return JSON.parse(event.reread) as Reread | null
  const apiKey = deps.apiKeys.get(event.provider)
  if (apiKey === undefined || rereading === undefined) return null
  const url = rereading.urlOf(body)
  if (url === null) return null

  const startedAt = deps.now()
  const response = await deps.fetch(url, {
    headers: rereading.headersOf(body, { account: event.account, apiKey }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const object = await objectIn(response, event.provider)
  const now: Reread | null = object === null ? null : { object, startedAt }
  return JSON.parse(await keepReread(deps.d1, event.id, JSON.stringify(now))) as Reread | null
}

async function objectIn(response: Response, provider: string): Promise<unknown> {
  if (!response.ok) await response.body?.cancel()
  if (response.status === 404) return null
  if (!response.ok) throw new Error(`${provider} answered ${response.status} when an object was read again`)
  const bytes = await readBounded(response, BODY_BYTES_MAX)
  if (bytes === null) throw new Error('An object that was read again is too large')
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown
}
