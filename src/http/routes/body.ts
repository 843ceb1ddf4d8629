import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { readBounded, utf8Text } from '../../platform/read-bounded.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { malformed } from '../answers/malformed.ts'

const BODY_BYTES_MAX = 64 * 1024

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * Lets a body through that is short, JSON in UTF-8, and what the schema says. Hono's own reader of JSON bounds no body and
 * takes wrong bytes for question marks, so the bytes are read here.
 */
export function jsonBody(schema: z.ZodType): MiddlewareHandler {
  return async (c, next) => {
    const type = c.req.header('Content-Type') ?? ''
    if (!JSON_TYPE.test(type) || c.req.header('Content-Encoding') !== undefined) {
      throw new HttpProblem('unsupported_media_type', { detail: `Content-Type is "${type}"` })
    }
    const bytes = await readBounded(c.req.raw, BODY_BYTES_MAX)
    if (bytes === null) throw new HttpProblem('too_large')
    const parsed = schema.safeParse(jsonOf(bytes))
    if (!parsed.success) throw malformed('body', parsed.error)
    c.req.addValidatedData('json', parsed.data as object)
    await next()
  }
}

/** Refuses a body where none is taken: what is said where nobody listens would be lost without a word. */
export const noBody: MiddlewareHandler = async (c, next) => {
  const isEmpty = ['0', undefined].includes(c.req.header('Content-Length'))
  if (!isEmpty || c.req.header('Transfer-Encoding') !== undefined) throw badBody('is not taken here')
  await next()
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Text(bytes))
  } catch {
    throw badBody('is not JSON in UTF-8')
  }
}

function badBody(message: string): HttpProblem {
  return new HttpProblem('malformed_request', { errors: [{ path: 'body', message }] })
}
