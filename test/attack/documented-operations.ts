import { openApiDocument } from '../../src/contract/operations/openapi.ts'

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | false
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Schema
}

export interface DocumentedOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** `null` where none is taken. */
  readonly body: Schema | null
  /** What a token needs, `null` where none is asked for. */
  readonly scope: string | null
  /** Whether a token without scopes may ask for its own subject. */
  readonly isForSelf: boolean
}

interface Described {
  readonly operationId: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}

const { paths, components } = openApiDocument()

/** Every operation as whoever reads the document knows it. One that is added is here by itself. */
export const documentedOperations: readonly DocumentedOperation[] = Object.entries(paths).flatMap(
  ([path, operations]) =>
    Object.entries(operations as Record<string, Described>).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      parameters: described.parameters ?? [],
      body: described.requestBody?.content['application/json'].schema ?? null,
      scope: /the scope `([^`]+)`/.exec(described.description ?? '')?.[1] ?? null,
      isForSelf: described.description?.includes('whose `sub` is the user') ?? false,
    })),
)

/** The name of the component that a schema refers to, and what it says. */
export function resolved(schema: Schema): { readonly name: string | null; readonly schema: Schema } {
  const name = schema.$ref?.split('/').at(-1) ?? null
  if (name === null) return { name, schema }
  const component = components.schemas[name]
  if (component === undefined) throw new Error(`The document has no ${name}`)
  return { name, schema: component as Schema }
}
