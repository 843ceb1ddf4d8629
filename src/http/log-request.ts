import type { MiddlewareHandler } from 'hono'
import { log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { HttpEnv } from './context.ts'
import { requestIdOf } from './request-id.ts'
import type { Services } from './services.ts'

/** Gives the request its id, and writes one line when it is answered: of checks a sample, of the rest each. */
export function logRequest({ now, checkLogSample }: Services): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startedAt = now()
    const requestId = requestIdOf(c.req.raw)
    c.set('requestId', requestId)
    await next()

    const checked = c.get('checked')
    const durationMs = now() - startedAt
    c.header('X-Request-Id', requestId)
    if (checked !== undefined) c.header('Server-Timing', `${checked.source};dur=${durationMs}`)
    if (checked !== undefined && Math.random() >= checkLogSample) return

    log('info', 'answered', {
      requestId,
      method: c.req.method,
      operation: c.get('operation') ?? null,
      status: c.res.status,
      durationMs,
      ...(checked === undefined ? {} : { source: checked.source, user: await hashed(checked.userId) }),
    })
  }
}

/** Enough to tell users apart in a log, too little to name one. */
async function hashed(userId: string): Promise<string> {
  return (await sha256(userId)).slice(0, 16)
}
