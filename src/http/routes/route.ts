import { zValidator } from '@hono/zod-validator'
import type { Hono, MiddlewareHandler } from 'hono'
import * as z from 'zod'
import type { Operation } from '../../contract/operations/operation.ts'
import { type OperationId, OPERATIONS } from '../../contract/operations/operations.ts'
import { inWords } from '../../contract/in-words.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { malformed } from '../answers/malformed.ts'
import { admit } from '../authentication/admission.ts'
import { jsonBody, noBody } from './body.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import type { Services } from './services.ts'

type Part<Op, Name extends string> =
  Op extends Readonly<Record<Name, infer Schema extends z.ZodType>> ? z.output<Schema> : undefined

/** What the validators of an operation let through. */
interface Input<Id extends OperationId> {
  readonly params: Part<(typeof OPERATIONS)[Id], 'params'>
  readonly query: Part<(typeof OPERATIONS)[Id], 'query'>
  readonly headers: Part<(typeof OPERATIONS)[Id], 'headers'>
  readonly body: Part<(typeof OPERATIONS)[Id], 'body'>
}

type Handler<Id extends OperationId> = (input: Input<Id>, c: HttpContext) => Response | Promise<Response>

/** Binds an operation of the contract to what carries it out: who may, then what is let through, then the work. */
export function route<Id extends OperationId>(
  app: Hono<HttpEnv>,
  services: Services,
  id: Id,
  handler: Handler<Id>,
): void {
  const operation: Operation = OPERATIONS[id]
  const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
  app.on(
    operation.method.toUpperCase(),
    path,
    async (c, next) => {
      c.set('operation', id)
      await next()
    },
    ...admission(operation, services),
    ...validators(operation),
    (c) => handler(inputOf<Id>(c), c),
  )
}

function admission(operation: Operation, services: Services): MiddlewareHandler<HttpEnv>[] {
  const { who, method, tag } = operation
  const { authenticator, limit, now } = services
  if (who.type === 'anyone') return []
  // Many checks in one request are one that reads.
  const kind = method === 'get' || tag === 'Checks' ? 'reads' : 'writes'
  return [
    async (c, next) => {
      const authorization = c.req.header('Authorization')
      const asked = { authorization, userId: c.req.param('userId'), now: now() }
      const caller = await admit(who, authenticator, asked)
      await limit?.(kind, caller)
      c.set('caller', caller)
      await next()
    },
  ]
}

/** RFC 9110, 13.1: a condition that nobody looks at would let through what it was to stop. */
function knownConditions(headers: z.ZodObject | undefined): MiddlewareHandler {
  const { shape = {} } = headers ?? {}
  const [takesVersion, takesTag] = ['if-match' in shape, 'if-none-match' in shape]
  return async (c, next) => {
    if (!takesVersion && c.req.header('If-Match') !== undefined) throw badHeader('if-match', NO_VERSION)
    if (!takesTag && c.req.header('If-None-Match') !== undefined) throw badHeader('if-none-match', NO_ABSENCE)
    await next()
  }
}

const NO_VERSION = 'is not taken here: what is asked for rests on no version'
const NO_ABSENCE = 'is not taken: If-Match: "0" stands for what is not there yet, where a change takes it'

function badHeader(name: string, message: string): HttpProblem {
  return new HttpProblem('malformed_request', { errors: [{ path: `header.${name}`, message }] })
}

/** A misspelt parameter is refused, not ignored. */
const NO_QUERY = z.strictObject({})

function validators(operation: Operation): MiddlewareHandler[] {
  const { who, params, query, headers, body, problems } = operation
  const needsKey = problems.includes('idempotency_key_missing')
  const all: MiddlewareHandler[] = []
  if (query !== undefined || who.type !== 'anyone') {
    all.push(wellEncoded, validator('query', query ?? NO_QUERY))
  }
  if (params !== undefined) all.push(validator('param', params))
  if (operation.method !== 'get') all.push(knownConditions(headers))
  if (headers !== undefined) all.push(validator('header', headers, needsKey))
  all.push(body === undefined ? noBody : jsonBody(body, operation))
  return all
}

/** What is encoded in no way is two things to two readers. Hono would take it as it stands. */
const wellEncoded: MiddlewareHandler = async (c, next) => {
  const { pathname, search } = new URL(c.req.url)
  for (const [path, text] of [
    ['path', pathname],
    ['query', search],
  ] as const) {
    if (!isWellEncoded(text)) {
      throw new HttpProblem('malformed_request', { errors: [{ path, message: NOT_ENCODED }] })
    }
  }
  await next()
}

const NOT_ENCODED = 'is not percent-encoded UTF-8: a % itself is written %25'

function isWellEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const PARTS = { param: 'path', query: 'query', header: 'header' } as const

function validator(target: keyof typeof PARTS, schema: z.ZodType, needsKey = false): MiddlewareHandler {
  return zValidator(
    target,
    schema,
    (result) => {
      if (result.success) return
      const problem = malformed(PARTS[target], result.error)
      const isKey = needsKey && problem.facts.errors?.some(({ path }) => path === 'header.idempotency-key')
      throw isKey === true ? new HttpProblem('idempotency_key_missing', problem.facts) : problem
    },
    { validationFunction: (of, value) => of.safeParse(value, { error: inWords }) },
  )
}

/** What the validators have left in the context; the one place where their promise is taken at its word. */
function inputOf<Id extends OperationId>(c: HttpContext): Input<Id> {
  const valid = (target: string): unknown => c.req.valid(target as never)
  return {
    params: valid('param'),
    query: valid('query'),
    headers: valid('header'),
    body: valid('json'),
  } as Input<Id>
}
