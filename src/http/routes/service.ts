import type { Hono } from 'hono'
import { ProblemError } from '../../app/problems/problem-error.ts'
import { checkPassports, passportJwks } from '../../app/passports/passport-keys.ts'
import { readinessOf, warningsOf } from '../../app/service/readiness.ts'
import { openApiDocument } from '../../contract/operations/openapi.ts'
import { apiPage, problemsPage } from '../answers/docs-pages.ts'
import { UnchangingDocument } from '../answers/unchanging-document.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** The pages ask no other host, and no other page may frame them. */
const OWN_HOST_ONLY = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}

const NO_TABLES = {
  detail: 'The database is there and has not all tables: apply the migrations, by npm run deploy',
}

/** Whether the service is there, and what it can do. */
export function service(app: Hono<HttpEnv>, services: Services): void {
  const readiness = readinessOf(services)
  const document = new UnchangingDocument(openApiDocument)
  const keys = new UnchangingDocument(() => passportJwks(services.passports))

  route(app, services, 'getHealth', () => Response.json({ status: 'ok' }))
  route(app, services, 'getReadiness', async () => {
    await services.authenticator.check()
    await checkPassports(services.passports)
    const found = await readiness.look()
    if (found !== 'ready')
      throw new ProblemError('ledger_unavailable', found === 'not_migrated' ? NO_TABLES : {})
    return Response.json({ status: 'ready', warnings: warningsOf(services.size) })
  })
  route(app, services, 'getOpenApi', (_input, c) => document.answer(c.req.header('If-None-Match')))
  route(app, services, 'getPassportKeys', (_input, c) => keys.answer(c.req.header('If-None-Match')))
  route(app, services, 'getDocs', (_input, c) => c.html(apiPage(), 200, OWN_HOST_ONLY))
  route(app, services, 'getProblems', (_input, c) => c.html(problemsPage(), 200, OWN_HOST_ONLY))
}
