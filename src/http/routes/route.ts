import { zValidator } from '@hono/zod-validator'
import type { Hono, MiddlewareHandler } from 'hono'
import * as z from 'zod'
import type { Operation } from '../../contract/operations/operation.ts'
import { type OperationId, OPERATIONS } from '../../contract/operations/operations.ts'
import type { Who } from '../../contract/who.ts'
import { readBounded, utf8Text } from '../../platform/read-bounded.ts'
import { admit } from '../authentication/admission.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import type { Services } from './services.ts'

const BODY_BYTES_MAX = 64 * 1024

type Part<Op, Name extends string> =
  Op extends Readonly<Record<Name, infer Schema extends z.ZodType>> ? z.output<Schema> : undefined

/** What the validators of an operation let through. */
export interface Input<Id extends OperationId> {
  readonly params: Part<(typeof OPERATIONS)[Id], 'params'>
  readonly query: Part<(typeof OPERATIONS)[Id], 'query'>
  readonly headers: Part<(typeof OPERATIONS)[Id], 'headers'>
  readonly body: Part<(typeof OPERATIONS)[Id], 'body'>
}

export type Handler<Id extends OperationId> = (
  input: Input<Id>,
  c: HttpContext,
) => Response | Promise<Response>

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
    ...admission(operation.who, services),
    ...validators(operation),
    (c) => handler(inputOf<Id>(c), c),
  )
}

function admission(who: Who, { authenticator, now }: Services): MiddlewareHandler<HttpEnv>[] {
  if (who.type === 'anyone') return []
  return [
    async (c, next) => {
      const authorization = c.req.header('Authorization')
      const asked = { authorization, userId: c.req.param('userId'), now: now() }
      const caller = await admit(who, authenticator, asked)
      c.set('caller', caller)
      await next()
    },
  ]
}

/** A misspelt parameter is refused, not ignored. */
const NO_QUERY = z.strictObject({})

function validators({
  who,
  params,
  query,
  headers,
  body,
  problems,
}: Operation): MiddlewareHandler<HttpEnv>[] {
  const needsKey = problems.includes('idempotency_key_missing')
  const all: MiddlewareHandler[] = []
  if (query !== undefined || who.type !== 'anyone') all.push(validator('query', query ?? NO_QUERY))
  if (params !== undefined) all.push(validator('param', params))
  if (headers !== undefined) all.push(validator('header', headers, needsKey))
  if (body !== undefined) {
    all.push(onlyJson, shortBody, validator('json', body))
  } else {
    all.push(noBody)
  }
  return all
}

const PLACES = { param: 'path', query: 'query', header: 'header', json: 'body' } as const

function validator(target: keyof typeof PLACES, schema: z.ZodType, needsKey = false): MiddlewareHandler {
  return zValidator(target, schema, (result) => {
    if (result.success) return
    const errors = result.error.issues.map(({ path, message }) => ({
      path: [PLACES[target], ...path].join('.'),
      message,
    }))
    const isKey = needsKey && errors.some(({ path }) => path === 'header.idempotency-key')
    throw new HttpProblem(isKey ? 'idempotency_key_missing' : 'malformed_request', { errors })
  })
}

const onlyJson: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('Content-Type') ?? ''
  const encoding = c.req.header('Content-Encoding')
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type) || encoding !== undefined) {
    throw new HttpProblem('unsupported_media_type', { detail: `Content-Type is "${type}"` })
  }
  await next()
}

/** What is said where nobody listens would be lost without a word. */
const noBody: MiddlewareHandler = async (c, next) => {
  const isEmpty = ['0', undefined].includes(c.req.header('Content-Length'))
  if (!isEmpty || c.req.header('Transfer-Encoding') !== undefined) {
    throw new HttpProblem('malformed_request', { errors: [{ path: 'body', message: 'is not taken here' }] })
  }
  await next()
}

/** Counts what comes and not what was announced, and lets no byte pass that would be stored as a question mark. */
const shortBody: MiddlewareHandler = async (c, next) => {
  const bytes = await readBounded(c.req.raw, BODY_BYTES_MAX)
  if (bytes === null) throw new HttpProblem('too_large')
  try {
    // Where Hono looks first, so that the validator reads it here. Its type is of what the promise comes to.
    c.req.bodyCache.text = Promise.resolve(utf8Text(bytes)) as never
  } catch {
    throw notJson()
  }
  await next()
}

/** Of a body that cannot be read: the rest is for the schemas to say. */
export function notJson(): HttpProblem {
  return new HttpProblem('malformed_request', { errors: [{ path: 'body', message: 'is not JSON in UTF-8' }] })
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
