import type * as z from 'zod'
import type { ProblemCode } from '../problems/problems.ts'
import { SCOPES } from '../scopes.ts'
import { ComponentSchemas, type JsonSchema } from './component-schemas.ts'
import { type Example, EXAMPLES } from './examples.ts'
import type { AnswerHeader, AnswerSpec, Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { ProblemResponses } from './problem-responses.ts'
import { WEBHOOKS } from './webhooks.ts'

interface Components {
  readonly schemas: ComponentSchemas
  readonly problems: ProblemResponses
}

const HEADERS: Record<AnswerHeader | 'X-Request-Id', string> = {
  ETag: 'The version of the resource, in double quotes',
  Location: 'Where the new resource is',
  'Ledger-Head': '`<version>:<hash>` of the user’s last entry: keep it to prove later that it is still there',
  'Idempotent-Replayed': '`true` when this answer was given before to the same key',
  Date: 'When it was answered, by the clock that `asOf` is of: whoever remembers it reckons its age so',
  'Server-Timing': 'Where the answer came from, and how long that took',
  'X-Request-Id': 'As it was sent, or a new one',
}

const TAGS: Record<Operation['tag'], string> = {
  Checks: 'May this user use this feature?',
  Entitlements: 'What is given to users by hand, and all that they have',
  Usage: 'What is spent of metered features, held and given back',
  Ledger: 'The history of a user, and the proof that it is whole',
  Catalog: 'What can be given: features, and the products that are sold',
  Checkout: 'What providers sell, and whose it is',
  Service: 'Whether the service is there, and what it can do',
}

const DESCRIPTION = `Records what each user may use, and answers whether they may, anywhere in the world.

Each operation has an example that succeeds on an empty ledger once those that it rests on were sent: the feature and the
product of **Catalog**, then **Entitlements**, **Usage** and **Checkout** from the top. Ids of events are told by
\`GET /v4/inbox\`, and a webhook is signed by its provider. What goes wrong is explained at [/docs/problems](/docs/problems).`

/** The OpenAPI 3.1 document of the API, made from the table that the routes are made from. */
export function openApiDocument() {
  const schemas = new ComponentSchemas()
  const components = { schemas, problems: new ProblemResponses(schemas) }
  const paths: Record<string, Record<string, unknown>> = {}
  const all = Object.entries<Operation>({ ...OPERATIONS, ...WEBHOOKS })
  for (const [operationId, operation] of all) {
    const path = (paths[operation.path] ??= {})
    path[operation.method] = describe(operationId, operation, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Entitlement Ledger',
      version: '4.0.0',
      description: DESCRIPTION,
      contact: { name: 'Whoever runs this ledger' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The ledger that serves this document' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.all,
      responses: components.problems.all,
      headers: mapValues(HEADERS, (description) => ({ description, schema: { type: 'string' } })),
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
  if (who.type !== 'anyone') all.push('unauthenticated', 'forbidden', 'rate_limited', 'ledger_unavailable')
  if (body !== undefined) all.push('too_large', 'unsupported_media_type')
  return [...new Set(all)]
}

function describe(operationId: string, operation: Operation, components: Components) {
  const { tag, summary, who, params, query, headers, answers, failure } = operation
  const example = EXAMPLES[operationId as keyof typeof EXAMPLES]
  const parameters = [
    ...parametersOf('path', params, example, components),
    ...parametersOf('query', query, example, components),
    ...parametersOf('header', headers, example, components),
  ]
  return {
    operationId,
    tags: [tag],
    summary,
    description: whoMay(who),
    security: who.type === 'anyone' ? [] : [{ token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(operation, example, components),
    responses: {
      ...mapValues(answers, (answer) => answerOf(answer, components)),
      ...components.problems.of(problemsOf(operation), failure),
    },
  }
}

function requestBodyOf({ body, foreignBody }: Operation, example: Example, { schemas }: Components) {
  if (body === undefined && foreignBody === undefined) return {}
  const schema = body === undefined ? {} : schemas.of(body, 'input')
  const required = body?.safeParse({}).success !== true
  const shown = example.body === undefined ? {} : { example: example.body }
  return { requestBody: { required, content: { 'application/json': { schema, ...shown } } } }
}

function whoMay(who: Operation['who']): string {
  if (who.type === 'anyone') return 'Needs no token.'
  const scope = `Needs the scope \`${who.scope}\``
  if (who.type === 'scope') return `${scope}.`
  if (who.type === 'scope_or_self') return `${scope}, or a token without scopes whose \`sub\` is the user.`
  return `${scope}. A token without scopes is told of what is of its \`sub\`, and of nothing else.`
}

function parametersOf(
  place: 'path' | 'query' | 'header',
  schema: z.ZodType | undefined,
  { [place]: examples = {} }: Example,
  { schemas }: Components,
) {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as z.core.JSONSchema.ObjectSchema
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as JsonSchema
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description ? { description } : {}),
      schema: rest,
      ...(name in examples ? { example: examples[name] } : {}),
    }
  })
}

function answerOf({ description, schema, isEmpty, headers = [] }: AnswerSpec, { schemas }: Components) {
  const names = [...headers, 'X-Request-Id' as const]
  const content =
    schema === null
      ? { 'text/html': { schema: { type: 'string' } } }
      : { 'application/json': { schema: schemas.of(schema, 'output') } }
  return {
    description,
    headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...(isEmpty ? {} : { content }),
  }
}

function mapValues<In, Out>(
  record: Readonly<Record<PropertyKey, In>>,
  to: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))
}
