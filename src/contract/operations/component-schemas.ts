import * as z from 'zod'
import { isObject } from '../is-object.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/** The schemas that have a name, as the components of one document. */
export class ComponentSchemas {
  readonly all: Record<string, JsonSchema> = {}

  /**
   * A schema as JSON Schema; those that have an id become components, and are referred to. What is sent may leave out what
   * has a default, what is answered never does: a name that meant both would mean neither.
   */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _dialect, $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
    for (const [id, definition] of Object.entries($defs)) this.#add(id, definition)
    const { id } = root as { id?: string }
    return id === undefined ? tidy(root) : this.#add(id, root)
  }

  #add(id: string, definition: JsonSchema): JsonSchema {
    const tidied = tidy(definition)
    const known = (this.all[id] ??= tidied)
    if (JSON.stringify(known) !== JSON.stringify(tidied)) throw new Error(`Two schemas are called ${id}`)
    return { $ref: `#/components/schemas/${id}` }
  }
}

/**
 * Refers to components, and says a default in words: generators of types take a member with `default` for one that is
 * always there.
 */
function tidy(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'id' && typeof value === 'string') return undefined
    return isWithDefault(value) ? inWords(value) : value
  })
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema
}

function isWithDefault(value: unknown): value is JsonSchema {
  // A property that is called `default` is a schema, and no default.
  return isObject(value) && 'default' in value && !isObject(value['default'])
}

function inWords({ default: value, description, ...rest }: JsonSchema): JsonSchema {
  const meant = `\`${JSON.stringify(value)}\` when left out`
  return { ...rest, description: description === undefined ? meant : `${description}. ${meant}` }
}
