import type { Hono } from 'hono'
import { openApiDocument } from '../../contract/openapi.ts'
import { ensureCatalog } from '../../ledger/across-users/catalog-version.ts'
import { D1_TIMEOUT_MS, within } from '../../ledger/deadline.ts'
import { errorText, log } from '../../ledger/log.ts'
import type { HttpEnv } from '../context.ts'
import { apiPage, problemsPage } from '../docs-pages.ts'
import { HttpProblem } from '../http-problem.ts'
import { route } from '../route.ts'
import type { Services } from '../services.ts'

/** The pages ask no other host, and no other page may frame them. */
const OWN_HOST_ONLY = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}

/** Whether the service is there, and what it can do. */
export function service(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'getHealth', () => Response.json({ status: 'ok' }))

  route(app, services, 'getReadiness', async () => {
    const { db, kv, authenticator } = services
    await authenticator.check()
    try {
      await Promise.all([within(D1_TIMEOUT_MS, ensureCatalog(db)), kv.get('readyz')])
    } catch (error) {
      log('error', 'not_ready', { error: errorText(error) })
      throw new HttpProblem('ledger_unavailable')
    }
    return Response.json({ status: 'ready' })
  })

  route(app, services, 'getOpenApi', () => Response.json(openApiDocument()))
  route(app, services, 'getDocs', (_input, c) => c.html(apiPage(), 200, OWN_HOST_ONLY))
  route(app, services, 'getProblems', (_input, c) => c.html(problemsPage(), 200, OWN_HOST_ONLY))
}
