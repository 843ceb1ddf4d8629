import fc from 'fast-check'
import { resolved, type Schema } from './documented-operations.ts'

/** What is really there, by the name of a schema or member: most requests shall be about something. */
export type Known = Readonly<Record<string, readonly unknown[]>>

/** Values that are as a schema says. `name` is that of the member which holds the value. */
export function valuesOf(schema: Schema, known: Known, name = ''): fc.Arbitrary<unknown> {
  const { name: component, schema: meant } = resolved(schema)
  const there = known[component ?? name]
  const any = anyOf(meant, known, name)
  return there === undefined
    ? any
    : fc.oneof({ arbitrary: fc.constantFrom(...there), weight: 5 }, { arbitrary: any, weight: 1 })
}

function anyOf(schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valuesOf(one, known, name)))
  if (schema.type === undefined) return fc.jsonValue()
  switch (schema.type) {
    case 'string':
      return texts(schema)
    case 'integer':
      return integers(schema)
    case 'number':
      return fc.oneof(
        integers(schema),
        fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 100, noNaN: true }),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, known, name), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      })
    case 'object':
      return objects(schema, known)
  }
}

function texts({ format, pattern, minLength = 0, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const bounds = { min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }
    return fc.date(bounds).map((moment) => moment.toISOString())
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  return fc.string({ minLength, maxLength: Math.min(maxLength, 200), unit: 'grapheme' })
}

/** Small ones most of the time: of large ones there is never enough. */
function integers({
  minimum = Number.MIN_SAFE_INTEGER,
  maximum = Number.MAX_SAFE_INTEGER,
}: Schema): fc.Arbitrary<number> {
  const least = Math.max(minimum, 0)
  return fc.oneof(
    { arbitrary: fc.integer({ min: least, max: Math.min(least + 20, maximum) }), weight: 3 },
    { arbitrary: fc.integer({ min: minimum, max: maximum }), weight: 1 },
  )
}

function objects({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<unknown> {
  const names = Object.keys(properties)
  if (names.length === 0) return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 })
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, valuesOf(member, known, name)]),
  )
  return recordOf(members, required)
}

/** Half the time with one member at most that may be left out: what fits together is rare where all is drawn. */
export function recordOf(
  members: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  required: readonly string[],
): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(members)
  const needed = fc.record(Object.fromEntries(entries.filter(([name]) => required.includes(name))))
  const spare = entries.filter(([name]) => !required.includes(name))
  const single = spare.map(([name, values]) => values.map((value) => ({ [name]: value })))
  return fc.oneof(
    fc.tuple(needed, fc.oneof(fc.constant({}), ...single)).map(([all, one]) => ({ ...all, ...one })),
    fc.record({ ...members }, { requiredKeys: [...required] }),
  )
}
