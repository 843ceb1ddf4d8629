import * as z from 'zod'
import { PROBLEMS, type ProblemCode } from '../problems/problems.ts'
import { problem } from '../schemas/problem.ts'
import { SCOPES } from '../scopes.ts'
import type { AnswerHeader, AnswerSpec, Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { WEBHOOKS } from './webhooks.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema
type Components = Record<string, JsonSchema>

const HEADERS: Record<AnswerHeader, string> = {
  ETag: 'The version of the resource, in double quotes',
  Location: 'Where the new resource is',
  'Ledger-Head': '`<version>:<hash>` of the user’s last entry: keep it to prove later that it is still there',
  'Idempotent-Replayed': '`true` when this answer was given before to the same key',
  'Server-Timing': 'Where the answer came from, and how long that took',
}

/** The OpenAPI 3.1 document of the API, made from the table that the routes are made from. */
export function openApiDocument() {
  const components: Components = {}
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [operationId, operation] of Object.entries<Operation>({ ...OPERATIONS, ...WEBHOOKS })) {
    const path = (paths[operation.path] ??= {})
    path[operation.method] = describe(operationId, operation, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Entitlement Ledger',
      version: '4.0.0',
      description: 'Records what each user may use, and answers whether they may, anywhere in the world.',
    },
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: `Scopes, in the claim \`scope\`: ${SCOPES.join(', ')}. A token without scopes reads what belongs to its own \`sub\`.`,
        },
      },
    },
  }
}

/** The problems that an operation may answer: its own, and those of anything that is asked the way it is. */
export function problemsOf({ who, body, problems }: Operation): readonly ProblemCode[] {
  // Whatever takes no parameters still refuses one that it does not know.
  const all: ProblemCode[] = ['malformed_request', 'internal_error', 'misconfigured', ...problems]
  if (who.type !== 'anyone') all.push('unauthenticated', 'forbidden', 'ledger_unavailable')
  if (body !== undefined) all.push('too_large', 'unsupported_media_type')
  return [...new Set(all)]
}

function describe(operationId: string, operation: Operation, components: Components) {
  const { tag, summary, who, params, query, headers, answers } = operation
  const parameters = [
    ...parametersOf('path', params, components),
    ...parametersOf('query', query, components),
    ...parametersOf('header', headers, components),
  ]
  return {
    operationId,
    tags: [tag],
    summary,
    ...(who.type === 'anyone' ? {} : { description: whoMay(who), security: [{ token: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(operation, components),
    responses: { ...answersOf(answers, components), ...problemAnswers(problemsOf(operation), components) },
  }
}

function requestBodyOf({ body, foreignBody }: Operation, components: Components) {
  if (body === undefined && foreignBody === undefined) return {}
  const schema = body === undefined ? {} : schemaOf(body, 'input', components)
  const required = body?.safeParse({}).success !== true
  return { requestBody: { required, content: jsonContent(schema) } }
}

function whoMay(who: Exclude<Operation['who'], { type: 'anyone' }>): string {
  const scope = `Needs the scope \`${who.scope}\``
  if (who.type === 'scope') return `${scope}.`
  if (who.type === 'scope_or_self') return `${scope}, or a token without scopes whose \`sub\` is the user.`
  return `${scope}. A token without scopes is told of what is of its \`sub\`, and of nothing else.`
}

function parametersOf(
  place: 'path' | 'query' | 'header',
  schema: z.ZodType | undefined,
  components: Components,
) {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(
    schema,
    'input',
    components,
  ) as z.core.JSONSchema.ObjectSchema
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as JsonSchema
    const isRequired = place === 'path' || required.includes(name)
    return { name, in: place, required: isRequired, ...(description ? { description } : {}), schema: rest }
  })
}

function answersOf(answers: Operation['answers'], components: Components) {
  return mapValues(answers, ({ description, schema, isEmpty, headers = [] }: AnswerSpec) => ({
    description,
    headers: Object.fromEntries(
      [...headers, 'X-Request-Id' as const].map((name) => [
        name,
        {
          description: name === 'X-Request-Id' ? 'As it was sent, or a new one' : HEADERS[name],
          schema: { type: 'string' },
        },
      ]),
    ),
    ...(isEmpty ? {} : { content: contentOf(schema, components) }),
  }))
}

function contentOf(schema: AnswerSpec['schema'], components: Components) {
  return schema === null
    ? { 'text/html': { schema: { type: 'string' } } }
    : jsonContent(schemaOf(schema, 'output', components))
}

function problemAnswers(codes: readonly ProblemCode[], components: Components) {
  const schema = schemaOf(problem, 'output', components)
  return mapValues(
    Object.groupBy(codes, (code) => PROBLEMS[code].status),
    (ofStatus: readonly ProblemCode[] = []) => ({
      description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema } },
    }),
  )
}

function jsonContent(schema: JsonSchema) {
  return { 'application/json': { schema } }
}

/** A schema as JSON Schema. Those that have an id become components, and are referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Components): JsonSchema {
  const { $schema: _dialect, $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  for (const [id, definition] of Object.entries($defs)) components[id] = referringToComponents(definition)
  const { id } = root as { id?: string }
  if (id === undefined) return referringToComponents(root)
  components[id] = referringToComponents(root)
  return { $ref: `#/components/schemas/${id}` }
}

function referringToComponents<T>(schema: T): T {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  )
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as T
}

function mapValues<In, Out>(
  record: Readonly<Record<PropertyKey, In>>,
  to: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))
}
