import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { OPERATIONS, WEBHOOKS } from '../contract/operations.ts'
import { d1Failure } from '../ledger/d1-failure.ts'
import { NoAnswer } from '../ledger/deadline.ts'
import { errorText, log } from '../ledger/log.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem, outcomeUnknown } from './http-problem.ts'
import { logRequest } from './log-request.ts'
import { catalog } from './routes/catalog.ts'
import { checks } from './routes/checks.ts'
import { customers } from './routes/customers.ts'
import { inbox } from './routes/inbox.ts'
import { ledger } from './routes/ledger.ts'
import { readEntitlements } from './routes/read-entitlements.ts'
import { service } from './routes/service.ts'
import { writeEntitlements } from './routes/write-entitlements.ts'
import { notJson } from './route.ts'
import type { Services } from './services.ts'

const ROUTES = [checks, readEntitlements, writeEntitlements, ledger, catalog, inbox, customers, service]

/** The HTTP application: every operation of the contract, and one boundary for all that goes wrong. */
export function createApp(services: Services): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(logRequest(services))
  app.onError((error, c) => problemFor(error, c.req.method).toResponse(c.get('requestId')))
  app.notFound((c) => noRoute(c.req.path).toResponse(c.get('requestId')))
  for (const routes of ROUTES) routes(app, services)
  return app
}

/** What the outside may know of an error: a bug is told by nothing but the id of the request. */
function problemFor(error: Error, method: string): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof HTTPException && error.status === 400) {
    return notJson()
  }
  log('error', 'request_failed', { error: errorText(error) })
  if (!isSilenceOfD1(error)) return new HttpProblem('internal_error')
  return method === 'GET' ? new HttpProblem('ledger_unavailable') : outcomeUnknown()
}

/** D1 did not answer; had it refused, that would be a mistake of ours. */
function isSilenceOfD1(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const isOfD1 = error instanceof NoAnswer || /D1_ERROR/.test(error.message)
  return (isOfD1 && d1Failure(error) === 'unknown') || isSilenceOfD1(error.cause)
}

function noRoute(path: string): HttpProblem {
  const methods = Object.values({ ...OPERATIONS, ...WEBHOOKS })
    .filter((operation) => patternOf(operation.path).test(path))
    .map(({ method }) => method.toUpperCase())
  if (methods.length === 0) return new HttpProblem('not_found')
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  return new HttpProblem('method_not_allowed', {}, { Allow: allow.toSorted().join(', ') })
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
