import type { MiddlewareHandler } from 'hono'
import { logCall } from '../app/log-call.ts'
import { OPERATIONS } from '../contract/operations/operations.ts'
import { logging } from '../platform/log.ts'
import { SampledLog } from '../platform/sampled-log.ts'
import { requestIdOf } from './answers/request-id.ts'
import type { HttpContext, HttpEnv } from './routes/context.ts'
import type { Services } from './routes/services.ts'

/**
 * Gives the request its id, and writes one line when it is answered: of checks a sample, of what nobody knows who asked a
 * few with a count, of the rest each.
 */
export function logRequest({ now, hashUser }: Services): MiddlewareHandler<HttpEnv> {
  const ofNobody = new SampledLog()
  return async (c, next) => {
    const startedAt = now()
    const requestId = requestIdOf(c.req.raw)
    c.set('requestId', requestId)
    await logging([requestId], async () => {
      await next()
      const durationMs = now() - startedAt
      const sources = c.get('checked')?.sources ?? []
      // The context would make another response for each header that it sets.
      const { headers } = c.res
      headers.set('X-Request-Id', requestId)
      if (sources.length > 0) {
        headers.set('Server-Timing', sources.map((source) => `${source};dur=${durationMs}`).join(', '))
      }
      if (isCheck(c) && !c.env.sampled) return
      const unsaid = c.get('caller') === undefined ? ofNobody.next('answered', now()) : 0
      if (unsaid === null) return
      const answered = {
        method: c.req.method,
        operation: c.get('operation') ?? null,
        status: c.res.status,
        durationMs,
        sources,
        userId: c.get('checked')?.userId ?? null,
        unsaid,
      }
      await logCall(answered, hashUser)
    })
  }
}

function isCheck(c: HttpContext): boolean {
  const operation = c.get('operation')
  return operation !== undefined && OPERATIONS[operation].tag === 'Checks'
}
