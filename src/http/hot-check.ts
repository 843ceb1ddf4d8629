import { type Check, checkAccess, checkRemembered } from '../app/checks/check-access.ts'
import { type CallRecord, logCall } from '../app/log-call.ts'
import { problemFor } from '../app/problems/problem-for.ts'
import { userIdInPath } from '../contract/is-user-id.ts'
import { WHO } from '../contract/who.ts'
import { logging } from '../platform/log.ts'
import { NOT_TO_BE_STORED } from './answers/not-to-be-stored.ts'
import { requestIdOf } from './answers/request-id.ts'
import { admit, mayEnter } from './authentication/admission.ts'
import type { CheckServices } from './routes/services.ts'

// What the schemas of the contract let through: anything else takes the way through the routes.
const CHECK_URL =
  /^https?:\/\/[^/]+\/v4\/users\/([^/?#]{1,600})\/access\/([a-z0-9][a-z0-9._-]{0,63})(\?consistency=strong)?$/

/**
 * Carries out the check that is made a million times a day, ahead of the router: with a remembered token and a remembered
 * snapshot it is answered at once, without so much as a promise. `null` for everything that is not such a check; the
 * answers are those of the routes, byte for byte.
 */
export function hotCheck(request: Request, services: CheckServices): Response | Promise<Response> | null {
  if (request.method !== 'GET' || request.body !== null) return null
  const [, user, feature, strong] = CHECK_URL.exec(request.url) ?? []
  if (user === undefined || feature === undefined) return null
  const userId = userIdInPath(user)
  if (userId === null) return null

  const { authenticator, reader, limit, now } = services
  const authorization = request.headers.get('Authorization') ?? undefined
  const question = {
    userId,
    feature,
    isStrong: strong !== undefined,
    authorization,
    requestId: requestIdOf(request),
  }
  const caller = authenticator.remembered(authorization, now())
  if (limit === undefined && !question.isStrong && caller !== null && mayEnter(WHO.checks, caller, userId)) {
    const check = checkRemembered(reader, userId, feature)
    if (check !== null) return answer(question, services, check, 0)
  }
  return lookUp(question, services)
}

interface HotQuestion {
  readonly userId: string
  readonly feature: string
  readonly isStrong: boolean
  readonly authorization: string | undefined
  readonly requestId: string
}

/** The same check where the token has to be verified, a limit counted, or KV or the object asked. */
function lookUp(question: HotQuestion, services: CheckServices): Promise<Response> {
  const { userId, feature, isStrong, authorization, requestId } = question
  const { authenticator, reader, limit, now } = services
  const startedAt = now()
  return logging([requestId], async () => {
    try {
      const caller = await admit(WHO.checks, authenticator, { authorization, userId, now: startedAt })
      await limit?.('reads', caller)
      const freshness = isStrong ? ({ consistency: 'strong' } as const) : {}
      const check = await checkAccess(reader, userId, feature, freshness)
      return answer(question, services, check, now() - startedAt)
    } catch (error) {
      const { problemToResponse } = await import('./answers/problem-to-response.ts')
      const response = problemToResponse(problemFor(error, { isRead: true }), requestId)
      const { status } = response
      logSampled(question, services, { status, durationMs: now() - startedAt, sources: [], userId: null })
      return response
    }
  })
}

function answer(question: HotQuestion, services: CheckServices, check: Check, durationMs: number): Response {
  const { userId, requestId } = question
  const { source } = check
  logSampled(question, services, { status: 200, durationMs, sources: [source], userId })
  return Response.json(check, {
    headers: {
      ...NOT_TO_BE_STORED,
      'Server-Timing': `${source};dur=${durationMs}`,
      'X-Request-Id': requestId,
    },
  })
}

/** Writes the line of a check after the answer, if it is one of the sample. */
function logSampled(
  { requestId }: HotQuestion,
  { isSampled, waitUntil, hashUser }: CheckServices,
  outcome: Omit<CallRecord, 'method' | 'operation'>,
): void {
  if (!isSampled()) return
  const line = { method: 'GET', operation: 'checkAccess', ...outcome }
  waitUntil(logging([requestId], () => logCall(line, hashUser)))
}
