import { ofFeature } from '../app/checks/checks.ts'
import { type CallRecord, logCall } from '../app/log-call.ts'
import { problemFor } from '../app/problems/problem-for.ts'
import { read } from '../app/checks/read.ts'
import { checkToWire } from '../app/wire/wire.ts'
import { WHO } from '../contract/who.ts'
import type { Access } from '../domain/entitlements/access.ts'
import { NO_DEMAND } from '../edge/freshness.ts'
import type { SnapshotReading } from '../edge/reader.ts'
import { logging } from '../platform/log.ts'
import { admit, mayEnter } from './authentication/admission.ts'
import { problemToResponse } from './answers/http-problem.ts'
import { NOT_TO_BE_STORED } from './answers/not-to-be-stored.ts'
import { requestIdOf } from './answers/request-id.ts'
import type { CheckServices } from './routes/services.ts'

// What the schemas of the contract let through, and need no decoding: anything else takes the way through the routes.
const CHECK_URL =
  /^https?:\/\/[^/]+\/v4\/users\/([A-Za-z0-9_.:@|-]{1,128})\/access\/([a-z0-9][a-z0-9._-]{0,63})(\?consistency=strong)?$/

/**
 * The check that is made a million times a day, ahead of the router: with a remembered token and a remembered snapshot
 * it is answered at once, without so much as a promise. `null` for everything that is not such a check; the answers
 * are those of the routes, byte for byte.
 */
export function hotCheck(request: Request, services: CheckServices): Response | Promise<Response> | null {
  if (request.method !== 'GET' || request.body !== null) return null
  const [, userId, feature, strong] = CHECK_URL.exec(request.url) ?? []
  if (userId === undefined || feature === undefined) return null

  const { authenticator, reader, now } = services
  const authorization = request.headers.get('Authorization') ?? undefined
  const asked = {
    userId,
    feature,
    isStrong: strong !== undefined,
    authorization,
    requestId: requestIdOf(request),
  }
  const caller = authenticator.remembered(authorization, now())
  if (!asked.isStrong && caller !== null && mayEnter(WHO.checks, caller, userId)) {
    const reading = reader.remembered(userId, NO_DEMAND, ofFeature(feature))
    if (reading !== null) return answered(asked, services, reading, 0)
  }
  return lookedUp(asked, services)
}

interface Asked {
  readonly userId: string
  readonly feature: string
  readonly isStrong: boolean
  readonly authorization: string | undefined
  readonly requestId: string
}

/** The same check where the token has to be verified, or KV or the object to be asked. */
function lookedUp(asked: Asked, services: CheckServices): Promise<Response> {
  const { userId, feature, isStrong, authorization, requestId } = asked
  const { authenticator, reader, now } = services
  const startedAt = now()
  return logging([requestId], async () => {
    try {
      await admit(WHO.checks, authenticator, { authorization, userId, now: startedAt })
      const freshness = isStrong ? ({ consistency: 'strong' } as const) : {}
      const reading = await read(reader, userId, freshness, ofFeature(feature))
      return answered(asked, services, reading, now() - startedAt)
    } catch (error) {
      const response = problemToResponse(problemFor(error, { isRead: true }), requestId)
      const { status } = response
      logSampled(asked, services, { status, durationMs: now() - startedAt, sources: [], userId: null })
      return response
    }
  })
}

function answered(
  asked: Asked,
  services: CheckServices,
  reading: SnapshotReading<Access>,
  durationMs: number,
): Response {
  const { userId, feature, requestId } = asked
  const { source } = reading
  logSampled(asked, services, { status: 200, durationMs, sources: [source], userId })
  return Response.json(checkToWire(userId, feature, reading), {
    headers: {
      ...NOT_TO_BE_STORED,
      'Server-Timing': `${source};dur=${durationMs}`,
      'X-Request-Id': requestId,
    },
  })
}

/** Writes the line of a check after the answer, if it is one of the sample. */
function logSampled(
  { requestId }: Asked,
  { isSampled, waitUntil, hashUser }: CheckServices,
  told: Omit<CallRecord, 'method' | 'operation'>,
): void {
  if (!isSampled()) return
  const line = { method: 'GET', operation: 'checkAccess', ...told }
  waitUntil(logging([requestId], () => logCall(line, hashUser)))
}
