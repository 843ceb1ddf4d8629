import { Hono } from 'hono'
import { ForeignCursor } from '../app/paging/cursors.ts'
import type { ProblemError } from '../app/problems/problem-error.ts'
import { problemFor } from '../app/problems/problem-for.ts'
import type { Operation } from '../contract/operations/operation.ts'
import { OPERATIONS } from '../contract/operations/operations.ts'
import { PROBLEMS } from '../contract/problems/problems.ts'
import { evaluationFailure } from './answers/evaluation-failure.ts'
import { HttpProblem } from './answers/http-problem.ts'
import { problemToResponse } from './answers/problem-to-response.ts'
import { logRequest } from './log-request.ts'
import { noRoute } from './no-route.ts'
import { catalog } from './routes/catalog.ts'
import { checks } from './routes/checks.ts'
import type { HttpContext, HttpEnv } from './routes/context.ts'
import { customers } from './routes/customers.ts'
import { flags } from './routes/flags.ts'
import { inbox } from './routes/inbox.ts'
import { ledger } from './routes/ledger.ts'
import { plans } from './routes/plans.ts'
import { purchases } from './routes/purchases.ts'
import { readEntitlements } from './routes/read-entitlements.ts'
import { service } from './routes/service.ts'
import type { Services } from './routes/services.ts'
import { usage } from './routes/usage.ts'
import { writeEntitlements } from './routes/write-entitlements.ts'

const ROUTES = [
  checks,
  flags,
  readEntitlements,
  writeEntitlements,
  plans,
  usage,
  ledger,
  catalog,
  inbox,
  customers,
  purchases,
  service,
]

/** The HTTP application: every operation of the contract, and one boundary for all that goes wrong. */
export function createApp(services: Services): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(logRequest(services))
  app.onError((error, c) =>
    problemToResponse(inItsForm(problemOfRequest(error, c.req.method), c), c.get('requestId')),
  )
  app.notFound((c) => problemToResponse(noRoute(c.req.method, c.req.path), c.get('requestId')))
  for (const routes of ROUTES) routes(app, services)
  for (const path of ['/', '/docs/']) app.get(path, (c) => c.redirect('/docs', 308))
  return app
}

/** Besides what any door knows of errors: where in a request a cursor stands, and in which header a version. */
function problemOfRequest(error: Error, method: string): ProblemError {
  if (error instanceof ForeignCursor) return new ForeignCursor('query.cursor')
  const problem = problemFor(error, { isRead: method === 'GET' })
  const { code, facts } = problem
  return code === 'precondition_failed'
    ? new HttpProblem(code, facts, { ETag: `"${String(facts['version'])}"` })
    : problem
}

/** The problem as the operation tells it: some are of a protocol that has words of its own. */
function inItsForm(problem: ProblemError, c: HttpContext): ProblemError {
  const id = c.get('operation')
  if (id === undefined) return problem
  const { failure }: Operation = OPERATIONS[id]
  const isFailure = failure?.statuses.includes(PROBLEMS[problem.code].status) ?? false
  return isFailure ? evaluationFailure(problem, c.req.param('key')) : problem
}
