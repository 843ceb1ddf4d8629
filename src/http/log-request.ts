import type { MiddlewareHandler } from 'hono'
import { OPERATIONS } from '../contract/operations.ts'
import { log, logging } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { requestIdOf } from './request-id.ts'
import type { Services } from './services.ts'

/** Gives the request its id, and writes one line when it is answered: of checks a sample, of the rest each. */
export function logRequest({ now }: Services): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startedAt = now()
    const requestId = requestIdOf(c.req.raw)
    c.set('requestId', requestId)
    await logging([requestId], async () => {
      await next()
      const durationMs = now() - startedAt
      const sources = c.get('checked')?.sources ?? []
      c.header('X-Request-Id', requestId)
      if (sources.length > 0) {
        c.header('Server-Timing', sources.map((source) => `${source};dur=${durationMs}`).join(', '))
      }
      if (!isCheck(c) || c.env.sampled) await logAnswer(c, durationMs)
    })
  }
}

function isCheck(c: HttpContext): boolean {
  const operation = c.get('operation')
  return operation !== undefined && OPERATIONS[operation].tag === 'Checks'
}

async function logAnswer(c: HttpContext, durationMs: number): Promise<void> {
  const { userId, sources } = c.get('checked') ?? { userId: null, sources: [] }
  log('info', 'answered', {
    method: c.req.method,
    operation: c.get('operation') ?? null,
    status: c.res.status,
    durationMs,
    ...(sources.length === 0 ? {} : { source: sources.join(' ') }),
    ...(userId === null ? {} : { user: await hashed(userId) }),
  })
}

/** Enough to tell users apart in a log, too little to name one. */
async function hashed(userId: string): Promise<string> {
  return (await sha256(userId)).slice(0, 16)
}
