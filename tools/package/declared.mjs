import * as z from 'zod'
import { ComponentSchemas } from '../../src/contract/operations/component-schemas.ts'

const COMPONENT = '#/components/schemas/'

/** Writes the types of answers and of what is asked as TypeScript, each said in the words of the contract and resting on no library. */
export function declared(answers, asked) {
  const schemas = new ComponentSchemas()
  const exported = mapValues(answers, (schema) => schemas.of(schema, 'output'))
  const lines = [
    '// Made from the contract of the ledger: an older client may be told values that are not listed yet.',
    '',
    'type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }',
  ]
  const print = new Printer(schemas.all, true)
  for (const [id, schema] of Object.entries(schemas.all)) {
    if (print.isNamed(schema)) lines.push('', ...print.comment(schema), `type ${id} = ${print.type(schema)}`)
  }
  for (const [name, schema] of Object.entries(exported)) {
    lines.push('', `export type ${name} = ${print.type(schema)}`)
  }
  for (const [name, schema] of Object.entries(asked)) {
    const own = new ComponentSchemas()
    const found = own.of(schema, 'input')
    const root = found.$ref === undefined ? found : own.all[found.$ref.slice(COMPONENT.length)]
    const type = new Printer(own.all, false).type(root)
    lines.push('', ...print.comment(root), `export type ${name} = ${type}`)
  }
  return `${lines.join('\n')}\n`
}

class Printer {
  #all
  /** Of answers: what is listed may grow. */
  #isOpen

  constructor(all, isOpen) {
    this.#all = all
    this.#isOpen = isOpen
  }

  /** Whether a component is worth a name of its own in TypeScript, as an object or a list of words is. */
  isNamed({ type, enum: words, anyOf }) {
    return type === 'object' || words !== undefined || anyOf !== undefined
  }

  type(schema) {
    const { $ref, oneOf, anyOf = oneOf, enum: words, const: value, type } = schema
    if ($ref !== undefined) {
      const id = $ref.slice(COMPONENT.length)
      return this.#isOpen && this.isNamed(this.#all[id]) ? id : this.type(this.#all[id])
    }
    if (anyOf !== undefined) return anyOf.map((one) => this.type(one)).join(' | ')
    if (words !== undefined) return this.#open(words.map((word) => JSON.stringify(word)).join(' | '))
    if (value !== undefined) return typeof value === 'string' ? this.#open(JSON.stringify(value)) : `${value}`
    if (Array.isArray(type)) return type.map((one) => this.type({ type: one })).join(' | ')
    if (type === 'array') return `readonly (${this.type(schema.items)})[]`
    if (type === 'object') return this.#object(schema)
    if (type === 'integer') return 'number'
    // What is sent is looked at where it comes: an object of an interface is JSON that TypeScript does not take for it.
    return type ?? (this.#isOpen ? 'Json' : 'unknown')
  }

  #object({ properties = {}, required = [], additionalProperties, propertyNames }) {
    const members = Object.entries(properties).flatMap(([name, schema]) => [
      ...this.comment(schema),
      required.includes(name)
        ? `readonly ${name}: ${this.type(schema)}`
        : `readonly ${name}?: ${this.type(schema)} | undefined`,
    ])
    if (additionalProperties !== false) {
      // The caller's own data is JSON; what else may stand there nobody says.
      const isOwn = propertyNames === undefined && members.length === 0
      members.push(`readonly [name: string]: ${isOwn ? 'Json' : 'unknown'}`)
    }
    return members.length === 0 ? '{}' : `{\n${members.join('\n')}\n}`
  }

  #open(words) {
    return this.#isOpen ? `${words} | (string & {})` : words
  }

  comment({ description }) {
    return description === undefined ? [] : [`/** ${description.replaceAll('*/', '* /')} */`]
  }
}

function mapValues(record, to) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}

/** A schema of some members of others. */
export function members(shape) {
  return z.strictObject(shape)
}
