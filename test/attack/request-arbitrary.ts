import fc from 'fast-check'
import type { DocumentedOperation, Parameter } from './documented-operations.ts'
import { HOSTILE_BODIES, HOSTILE_TEXTS } from './hostile.ts'
import { mutatedJson } from './mutated-json.ts'
import { type Known, recordOf, valuesOf } from './schema-arbitrary.ts'

/** A request as it goes out. */
export interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** As it is written, `undefined` for none. */
  readonly body: string | undefined
}

type Named = Readonly<Record<string, unknown>>

/** What a request says by name, in each of the places where it can. */
type Parts = Readonly<Record<Parameter['in'], Named>>

/** A text that stands in an address as it is, where all else is percent-encoded. */
interface Raw {
  readonly raw: string
}

/** As the document asks for it; the same with one thing wrong; or wrong wherever it can be. */
export function requestsOf(operation: DocumentedOperation, known: Known): fc.Arbitrary<Sent> {
  const parts = partsOf(operation, known)
  const { body } = operation
  const bodies = body === null ? fc.constant(undefined) : valuesOf(body, known)
  const valid = fc
    .tuple(parts, bodies)
    .map(([said, told]) => written(operation, said, body === null ? undefined : JSON.stringify(told)))
  const wrongBody = fc
    .tuple(parts, bodies)
    .chain(([said, told]) => mutatedJson(told).map((text) => written(operation, said, text)))
  const wrongPart = fc
    .tuple(wrongParts(operation, parts), bodies)
    .map(([said, told]) => written(operation, said, body === null ? undefined : JSON.stringify(told)))
  return fc.oneof(
    { arbitrary: valid, weight: 3 },
    { arbitrary: wrongBody, weight: body === null ? 0 : 4 },
    { arbitrary: wrongPart, weight: 2 },
    { arbitrary: hostile(operation, parts), weight: 2 },
  )
}

function partsOf({ parameters }: DocumentedOperation, known: Known): fc.Arbitrary<Parts> {
  const those = (place: Parameter['in']) => {
    const of = parameters.filter((parameter) => parameter.in === place)
    const values = of.map(({ name, schema }) => [name, valuesOf(schema, known, name)] as const)
    const required = of.filter((parameter) => parameter.required).map(({ name }) => name)
    return recordOf(Object.fromEntries(values), required)
  }
  return fc.record({ path: those('path'), query: those('query'), header: those('header') })
}

/** One parameter holds what it should not, is left out, or is one that nobody knows. */
function wrongParts({ parameters }: DocumentedOperation, parts: fc.Arbitrary<Parts>): fc.Arbitrary<Parts> {
  const places = [...parameters, { name: 'fresh', in: 'query' } as const]
  return fc
    .tuple(parts, fc.constantFrom(...places), fc.option(hostileTexts(), { freq: 5, nil: undefined }))
    .map(([said, { name, in: place }, text]) => ({ ...said, [place]: { ...said[place], [name]: text } }))
}

function hostile(operation: DocumentedOperation, parts: fc.Arbitrary<Parts>): fc.Arbitrary<Sent> {
  const names = operation.parameters.map(({ name }) => name)
  const anyName = fc.constantFrom('limit', 'cursor', '__proto__', ...names, ...HOSTILE_TEXTS)
  const anyHeader = fc.constantFrom('If-Match', 'Idempotency-Key', 'X-Request-Id', 'Content-Type', 'Range')
  return fc
    .record({
      said: parts,
      path: fc.dictionary(fc.constantFrom('-', ...names), hostileTexts(), { maxKeys: 2 }),
      query: fc.dictionary(anyName, hostileTexts(), { maxKeys: 3 }),
      header: fc.dictionary(anyHeader, hostileTexts(), { maxKeys: 3 }),
      // Some also go where no body is taken.
      body: fc.option(fc.constantFrom(...HOSTILE_BODIES), { freq: 10, nil: undefined }),
    })
    .map(({ said, path, query, header, body }) => {
      const parts: Parts = {
        path: { ...said.path, ...path },
        query: { ...said.query, ...query },
        header: { ...said.header, ...header },
      }
      return written(operation, parts, body)
    })
}

function hostileTexts(): fc.Arbitrary<string | Raw> {
  const texts = fc.constantFrom(...HOSTILE_TEXTS)
  return fc.oneof(
    texts,
    texts.map((raw) => ({ raw })),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
}

function written(
  { path, method }: DocumentedOperation,
  { path: inPath, query, header }: Parts,
  body?: string,
): Sent {
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(inPath[name] ?? '-'))
  const search = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
  const headers = Object.entries(header)
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter(([name, value]) => header[name] !== undefined && canBeSent(name, value))
  return {
    path: search.length === 0 ? target : `${target}?${search.join('&')}`,
    headers: Object.fromEntries(headers),
    body: method === 'GET' ? undefined : body,
  }
}

function encoded(value: unknown): string {
  return isRaw(value) ? value.raw : encodeURIComponent(textOf(value).toWellFormed())
}

function textOf(value: unknown): string {
  if (isRaw(value)) return value.raw
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && 'raw' in value
}

/** What no HTTP client can send never reaches the Worker. */
export function canBeSent(name: string, value: string): boolean {
  try {
    return new Headers({ [name]: value }).has(name)
  } catch {
    return false
  }
}
