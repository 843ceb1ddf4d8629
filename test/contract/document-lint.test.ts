import { Validator } from '@cfworker/json-schema'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/contract/operations/openapi.ts'

interface Described {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly security: readonly object[]
  readonly parameters?: readonly {
    readonly name: string
    readonly required: boolean
    readonly schema: object
    readonly example?: string
  }[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: { readonly 'application/json': { readonly schema: object; readonly example?: unknown } }
  }
  readonly responses: Readonly<Record<string, object>>
}

const document = openApiDocument()
const { components } = document
const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as Described[])

/** Every object of a text that is a schema with members of its own, and where it stands. */
function objectsIn(value: unknown, place: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'properties' in value && 'type' in value && value.type === 'object' ? [place] : []
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => objectsIn(inner, `${place}/${key}`))]
}

function fits(schema: object, value: unknown): boolean {
  return new Validator({ ...schema, components }, '2020-12').validate(value).valid
}

describe('the document, as linters and generators read it', () => {
  it('says where it is served, of whom it is and under which licence', () => {
    expect(document.servers).toEqual([{ url: '/', description: expect.any(String) }])
    expect(document.info).toMatchObject({ contact: { name: expect.any(String) }, license: { name: 'MIT' } })
  })

  it('describes every tag and every operation, and says of each whether it needs a token', () => {
    const tags = document.tags.map(({ name }) => name)
    for (const { operationId, description, summary, security, ...operation } of operations) {
      expect(tags, `of ${operationId}`).toEqual(expect.arrayContaining([...operation.tags]))
      expect(
        [description, summary].every((text) => text.length > 0),
        `of ${operationId}`,
      ).toBe(true)
      expect(security.length, `of ${operationId}`).toBe(description === 'Needs no token.' ? 0 : 1)
    }
    expect(document.tags.every(({ description }) => description.length > 0)).toBe(true)
  })

  it('names nothing as a generator names a member of another', () => {
    const { schemas } = components
    const members = Object.entries(schemas).flatMap(([name, schema]) =>
      Object.entries((schema as { properties?: Record<string, object> }).properties ?? {})
        .filter(([, member]) => 'enum' in member || 'const' in member)
        .map(([member]) => `${name}${member[0]?.toUpperCase()}${member.slice(1)}`),
    )
    expect(members.length).toBeGreaterThan(0)
    expect(members.filter((name) => name in schemas)).toEqual([])
  })

  it('has a name for every object', () => {
    const named = Object.keys(components.schemas).map((name) => `schemas/${name}`)
    const all = [...objectsIn(components.schemas, 'schemas'), ...objectsIn(document.paths, 'paths')]
    expect(all.filter((place) => !named.includes(place))).toEqual([])
  })

  it('says how fresh an answer may be asked for, and which part of all users has a product, wherever that is sent', () => {
    const { Checks, CheckAsked, Share } = components.schemas
    const asked = operations.flatMap(({ parameters = [] }) => parameters)
    const sent = [Checks, CheckAsked, Share].flatMap((schema) => Object.entries(schema?.properties ?? {}))
    const described = [...asked.map((parameter) => [parameter.name, parameter] as const), ...sent]
    for (const name of ['maxAge', 'minVersion', 'minCatalogVersion', 'percent', 'seed']) {
      const all = described.filter(([one]) => one === name).map(([, member]) => member)
      expect(all, `of ${name}`).not.toEqual([])
      expect(all, `of ${name}`).toEqual(
        all.map(() => expect.objectContaining({ description: expect.any(String) })),
      )
    }
  })

  it('says a default of a member in words: a type would have it required', () => {
    const text = JSON.stringify(components.schemas)
    expect(text).not.toContain('"default":')
    expect(components.schemas.PutProduct).toMatchObject({ required: ['name', 'features'] })
    expect(components.schemas.Reset).toMatchObject({ required: ['every'] })
    expect(components.schemas.ProductReset).toMatchObject({ required: ['every', 'rolloverMax'] })
  })

  it('tells of a moment and of a unit what the code lets through', () => {
    const moment = { $ref: '#/components/schemas/SentInstant' }
    for (const good of ['2027-01-31T00:00:00Z', '2027-01-31T00:00:00.5Z', '2027-01-31T00:00:00+00:00']) {
      expect(fits(moment, good), `sent: ${good}`).toBe(true)
    }
    for (const bad of ['1969-12-31T00:00:00Z', '2027-01-31T00:00:00.0001Z', '2027-01-31T00:00:00+01:00']) {
      expect(fits(moment, bad), `sent: ${bad}`).toBe(false)
    }
    const feature = { $ref: '#/components/schemas/PutFeature' }
    expect(fits(feature, { type: 'metered', unit: 'credits', overage: 'deny' })).toBe(true)
    expect(fits(feature, { type: 'boolean', unit: null })).toBe(true)
    expect(fits(feature, { type: 'boolean', unit: 'credits' })).toBe(false)
    expect(fits(feature, { type: 'config', overage: 'deny' })).toBe(false)
    expect(fits(feature, { type: 'metered', unit: 'a\u0007b' })).toBe(false)
  })

  it('has an example for all that is required, and each is as its schema says', () => {
    const sent = operations.flatMap(({ operationId, parameters = [], requestBody }) => {
      const ofParameters = parameters.map((one) => ({ ...one, place: `${operationId} ${one.name}` }))
      if (requestBody === undefined) return ofParameters
      const { required, content } = requestBody
      return [...ofParameters, { ...content['application/json'], required, place: `${operationId} body` }]
    })
    const lacking = sent.filter(({ required, example }) => required && example === undefined)
    expect(lacking.map(({ place }) => place)).toEqual([])
    const unfit = sent.filter(({ schema, example }) => example !== undefined && !fits(schema, example))
    expect(unfit.map(({ place }) => place)).toEqual([])
  })

  it('tells each set of problems once', () => {
    for (const { operationId, responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) >= 400) expect(response, `${operationId} ${status}`).toHaveProperty('$ref')
      }
    }
    const told = Object.values(components.responses).map((response) => JSON.stringify(response))
    expect(new Set(told).size).toBe(told.length)
  })
})
