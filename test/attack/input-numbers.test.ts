import { describe, expect, it } from 'vitest'
import { aKey, ask } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'
import {
  type DocumentedOperation,
  documentedOperations,
  resolved,
  type Schema,
} from './documented-operations.ts'
import { sampleOf } from './sample-of.ts'

/** Written as JSON, but no whole number that everybody reads in the same way. */
const NO_NUMBERS = [
  '1.5',
  '0.1',
  '1e309',
  '-1e309',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775808',
  '"1"',
  '" 1"',
  '"0x10"',
  '"١"',
  '""',
  'true',
  'null',
  '[1]',
  '{}',
]

/** What some parsers take for numbers, and JSON does not. */
const NO_JSON = ['NaN', 'Infinity', '-Infinity', '+1', '01', '1.', '.5', '0x10', '1_000', '١']

// Called as it is: the way through the test pool takes longer with each request of a file.
const of = await anIsolate()

interface Place {
  readonly operation: DocumentedOperation
  readonly place: readonly string[]
  readonly schema: Schema
  /** Whether it may be `null` instead. */
  readonly isNullable: boolean
}

const withBody = documentedOperations.filter(({ body, scope }) => body !== null && scope !== null)
const places = withBody.flatMap((operation) =>
  integersIn(operation.body ?? {}).map((one) => ({ operation, ...one })),
)
const named = places.map((one) => [`${one.operation.id}: ${one.place.join('.')}`, one] as const)

/** A request with everything in it, and one number written exactly so. */
function asked({ operation, place }: Place, written: string) {
  const body = sampleOf(operation.body ?? {}) as object
  let holder: object = body
  for (const name of place.slice(0, -1)) {
    // The sample may be another of several forms.
    if (typeof Reflect.get(holder, name) !== 'object') Reflect.set(holder, name, { amount: 1, per: 1 })
    holder = Reflect.get(holder, name)
  }
  Reflect.set(holder, place.at(-1) ?? '', '?')
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = operation.parameters.find((parameter) => parameter.name === name)?.schema ?? {}
    return String(sampleOf(schema, { UserId: [aUser()] }))
  })
  return ask(operation.method, path, {
    body: JSON.stringify(body).replace('"?"', () => written),
    headers: aKey(),
    of,
  })
}

it('Every number of every body is tried', () => {
  expect(named.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'consume: amount',
      'reserve: ttlSeconds',
      'createEntitlement: reset.rolloverMax',
    ]),
  )
})

describe.each(named)('%s', (_, one) => {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = one.schema
  const outside = [minimum - 1, maximum + 1].filter(Number.isSafeInteger).map(String)

  it('is a whole number within its bounds, and no look-alike of one', async () => {
    const no = one.isNullable ? NO_NUMBERS.filter((written) => written !== 'null') : NO_NUMBERS
    for (const written of [...no, ...outside, ...(minimum > 0 ? ['0', '-0', '1e-400'] : [])]) {
      const answered = await asked(one, written)
      // One of many checks is refused in its place.
      const [ofCheck] = answered.json.results ?? []
      if (ofCheck === undefined) expectProblem(answered, 400, 'malformed_request')
      const paths: string[] = (ofCheck ?? answered.json).errors.map(({ path }: { path: string }) => path)
      const place = `body.${one.place.join('.')}`
      // An object may be another form of it, of which a part is wrong.
      expect([
        written,
        ...paths.map((path) => path.replace(`${place}.`, `${place} `).split(' ')[0]),
      ]).toContain(place)
    }
    for (const written of NO_JSON) {
      const answered = await asked(one, written)
      expect([written, answered.json.errors]).toEqual([
        written,
        [{ path: 'body', message: expect.stringMatching(/^is not JSON: /) }],
      ])
    }
  })
})

function integersIn(
  schema: Schema,
  place: readonly string[] = [],
  isNullable = false,
): Omit<Place, 'operation'>[] {
  const { schema: meant } = resolved(schema)
  if (meant.type === 'integer') return [{ place, schema: meant, isNullable }]
  const mayBeNull = meant.anyOf?.some(({ type }) => type === 'null') === true
  const inner = [
    ...Object.entries(meant.properties ?? {}).map(([name, member]) => [[...place, name], member] as const),
    ...(meant.items === undefined ? [] : [[[...place, '0'], meant.items] as const]),
    ...(meant.anyOf ?? []).map((one) => [place, one] as const),
  ]
  return inner.flatMap(([where, one]) => integersIn(one, where, mayBeNull))
}
