import { ofFeature } from '../api/checks.ts'
import { checkToWire } from '../api/wire.ts'
import { OPERATIONS } from '../contract/operations.ts'
import { NO_DEMAND } from '../edge/freshness.ts'
import { requestIdOf } from './request-id.ts'
import { mayEnter } from './route.ts'
import { NOT_TO_BE_STORED } from './routes/checks.ts'
import type { Services } from './services.ts'

// What the schemas of the contract let through, and need no decoding: anything else takes the long way.
const CHECK_URL =
  /^https?:\/\/[^/]+\/v4\/users\/([A-Za-z0-9_.:@|-]{1,128})\/access\/([a-z0-9][a-z0-9._-]{0,63})$/

/**
 * The check that is made a million times a day: a remembered token, a remembered snapshot, no demands.
 * `null` for everything else, which takes the way through the routes; the answers are the same.
 */
export function hotCheck(request: Request, { authenticator, reader, now }: Services): Response | null {
  if (request.method !== 'GET') return null
  const [, userId, feature] = CHECK_URL.exec(request.url) ?? []
  if (userId === undefined || feature === undefined) return null

  const caller = authenticator.remembered(request.headers.get('Authorization') ?? undefined, now())
  if (caller === null || !mayEnter(OPERATIONS.checkAccess.who, caller, userId)) return null
  const reading = reader.remembered(userId, NO_DEMAND, ofFeature(feature))
  if (reading === null) return null
  return Response.json(checkToWire(userId, feature, reading), {
    headers: { ...NOT_TO_BE_STORED, 'Server-Timing': 'memory;dur=0', 'X-Request-Id': requestIdOf(request) },
  })
}
