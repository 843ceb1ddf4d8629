import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { Operation } from '../../contract/operations/operation.ts'
import { inWords } from '../../contract/in-words.ts'
import { readBounded, utf8Text } from '../../platform/read-bounded.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { malformed } from '../answers/malformed.ts'
import { jsonIn, NotJson } from './json-in.ts'

const BODY_BYTES_MAX = 64 * 1024

/** As much as an empty object takes, written with some room. */
const EMPTY_OBJECT_BYTES_MAX = 64

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * Lets a body through that is short, JSON in UTF-8, and what the schema says; none at all is an empty object where that
 * will do. Hono's own reader of JSON bounds no body and takes wrong bytes for question marks, so the bytes are read here.
 */
export function jsonBody(
  schema: z.ZodType,
  { bodyBytesMax = BODY_BYTES_MAX, plainBody }: Pick<Operation, 'bodyBytesMax' | 'plainBody'>,
): MiddlewareHandler {
  const isOptional = schema.safeParse({}).success
  return async (c, next) => {
    const bytes = await readBounded(c.req.raw, bodyBytesMax)
    if (bytes === null) throw new HttpProblem('too_large')
    const isEmpty = bytes.length === 0
    if (isEmpty && !isOptional) throw badBody('is empty')
    if (!isEmpty) checkType(c.req.header('Content-Type') ?? '', c.req.header('Content-Encoding') ?? '')
    const value = isEmpty ? {} : valueIn(bytes)
    c.req.addValidatedData('json', plainBody?.(value) ?? letThrough(schema, value))
    await next()
  }
}

function letThrough(schema: z.ZodType, value: unknown): object {
  const parsed = schema.safeParse(value, { error: inWords })
  if (!parsed.success) throw malformed('body', parsed.error)
  return parsed.data as object
}

/** Refuses a body where none is taken: what is said where nobody listens would be lost without a word. An empty object says nothing. */
export const noBody: MiddlewareHandler = async (c, next) => {
  if (c.req.raw.body !== null) {
    const bytes = await readBounded(c.req.raw, EMPTY_OBJECT_BYTES_MAX)
    const isNothing = bytes !== null && /^\s*(\{\s*\}\s*)?$/.test(new TextDecoder().decode(bytes))
    if (!isNothing) throw badBody('is not taken here')
  }
  await next()
}

/** RFC 9110, 8.4.1: `identity` is no encoding at all. */
function checkType(type: string, encoding: string): void {
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    throw unsupported(`Content-Encoding is "${encoding}": send the body as it is`)
  }
  if (JSON_TYPE.test(type)) return
  const told = type === '' ? 'There is no Content-Type' : `Content-Type is "${type}"`
  throw unsupported(`${told}: send Content-Type: application/json`)
}

function unsupported(detail: string): HttpProblem {
  return new HttpProblem('unsupported_media_type', { detail })
}

function valueIn(bytes: Uint8Array): unknown {
  try {
    return jsonIn(utf8Text(bytes))
  } catch (error) {
    throw badBody(error instanceof NotJson ? error.message : 'is not UTF-8')
  }
}

function badBody(message: string): HttpProblem {
  return new HttpProblem('malformed_request', { errors: [{ path: 'body', message }] })
}
