import { describe, expect, it } from 'vitest'
import { openApiDocument, problemsOf } from '../../src/contract/operations/openapi.ts'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { WEBHOOKS } from '../../src/contract/operations/webhooks.ts'
import { PROBLEMS } from '../../src/contract/problems/problems.ts'

const document = openApiDocument()
const text = JSON.stringify(document)

describe('the OpenAPI document', () => {
  it('describes every operation of the tables', () => {
    const described = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((operation) => (operation as { operationId: string }).operationId),
    )
    expect(described.toSorted()).toEqual(Object.keys({ ...OPERATIONS, ...WEBHOOKS }).toSorted())
  })

  it('refers to nothing that it does not hold', () => {
    const referred = [...text.matchAll(/"#\/([^"]+)"/g)].map(([, path = '']) => path)
    expect(referred.length).toBeGreaterThan(50)
    for (const path of referred) {
      expect(document).toHaveProperty(path.split('/'))
    }
  })

  it('names every placeholder of a path as a parameter', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        const { parameters = [] } = operation as { parameters?: { in: string; name: string }[] }
        const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
        const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(named).toEqual(placeholders)
      }
    }
  })

  it('can be read by any client: no schema of it is left without words', () => {
    expect(text).not.toContain('"$defs"')
    expect(text).not.toContain('undefined')
  })
})

describe('the catalogue of problems', () => {
  it('holds no code that no operation answers, but that of requests that are none', () => {
    const answered = new Set(
      Object.values<Operation>({ ...OPERATIONS, ...WEBHOOKS }).flatMap((operation) => [
        ...problemsOf(operation),
      ]),
    )
    const unanswered = Object.keys(PROBLEMS).filter((code) => !answered.has(code as keyof typeof PROBLEMS))
    expect(unanswered).toEqual(['method_not_allowed'])
  })
})
