import { type Schema, Validator } from '@cfworker/json-schema'
import { expect } from 'vitest'
import { openApiDocument } from '../../src/contract/operations/openapi.ts'
import type { Answered } from './api.ts'

interface Reference {
  readonly $ref: string
}

interface DocumentedAnswer {
  readonly description: string
  /** Not of an answer without a body. */
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

const document = openApiDocument()

/** Fails when an answer is not one that the OpenAPI document describes for the operation. */
export function expectDocumented(
  method: string,
  path: string,
  { status, headers, json, text }: Answered,
): void {
  const responses = responsesOf(method, path)
  if (responses === null) return // an unknown route or method: not in the document by nature
  const answer = resolved(responses[status])
  expect(answer, `${method} ${path} answered an undocumented ${status}: ${text}`).toBeDefined()
  if (answer !== undefined && answer.content === undefined) {
    expect(text, `${method} ${path} answered a body with ${status}`).toBe('')
    return
  }
  const type = (headers.get('Content-Type') ?? '').split(';')[0] ?? ''
  const content = answer?.content?.[type]
  expect(content, `${method} ${path} answered an undocumented ${status} of type "${type}"`).toBeDefined()
  if (json === null || content === undefined) return
  if (status >= 400) expect(answer?.description, `${method} ${path}`).toContain(`\`${json.code}\``)
  const schema = { ...content.schema, components: document.components } as Schema
  const { valid, errors } = new Validator(schema, '2020-12', false).validate(json)
  expect(valid, `${method} ${path} answered ${text}\n${JSON.stringify(errors, null, 2)}`).toBe(true)
}

function resolved(answer: DocumentedAnswer | Reference | undefined): DocumentedAnswer | undefined {
  if (answer === undefined || !('$ref' in answer)) return answer
  return document.components.responses[answer.$ref.replace('#/components/responses/', '')]
}

function responsesOf(method: string, path: string): Record<number, DocumentedAnswer | Reference> | null {
  for (const [template, operations] of Object.entries(document.paths)) {
    const pattern = new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    const operation = pattern.test(path) ? operations[method.toLowerCase()] : undefined
    if (operation !== undefined)
      return (operation as { responses: Record<number, DocumentedAnswer | Reference> }).responses
  }
  return null
}
