import { Validator } from '@cfworker/json-schema'
import { expect } from 'vitest'
import document from '../../fixtures/openfeature/openapi.json' with { type: 'json' }
import type { Answered } from '../../support/api.ts'

interface Described {
  readonly description: string
  readonly content?: { readonly 'application/json': { readonly schema: object } }
}

/** What the protocol says nothing of: too long, of another type, and a ledger that does not answer. */
const UNSAID = [413, 415, 503]

/**
 * The schemas of the protocol, in which a value may be of any of the kinds that it lists, and only a flag without one leaves it to
 * the code. As they are written, the latter is any object at all, and `oneOf` lets no value through.
 */
const components = {
  schemas: {
    ...document.components.schemas,
    codeDefaultFlag: { type: 'object', not: { required: ['value'] } },
    evaluationSuccess: {
      ...document.components.schemas.evaluationSuccess,
      allOf: document.components.schemas.evaluationSuccess.allOf.map((part) => {
        const { oneOf, ...rest } = part as { oneOf?: unknown }
        return oneOf === undefined ? rest : { ...rest, anyOf: oneOf }
      }),
    },
  },
}

const { '/ofrep/v1/evaluate/flags/{key}': one, '/ofrep/v1/evaluate/flags': all } = document.paths
const RESPONSES: Readonly<Record<'one' | 'all', Readonly<Record<string, Described>>>> = {
  one: one.post.responses,
  all: all.post.responses,
}

/** Fails where an answer is not one that the protocol's own document describes. */
export function expectOfProtocol(asked: 'one' | 'all', { status, headers, json, text }: Answered): void {
  if (UNSAID.includes(status)) return
  const response = RESPONSES[asked][status]
  expect(response, `of ${status}: ${text}`).toBeDefined()
  const schema = response?.content?.['application/json'].schema
  if (schema === undefined) return
  expect(headers.get('Content-Type')).toBe('application/json')
  const { valid, errors } = new Validator({ ...schema, components }, '2020-12', false).validate(json)
  expect(valid, `${text}\n${JSON.stringify(errors, null, 2)}`).toBe(true)
}
