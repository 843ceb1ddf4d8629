import canonicalize from 'canonicalize'
import type { Json } from '../domain/json.ts'

/** RFC 8785 text of plain JSON. Throws on what JSON cannot say, such as a lone surrogate. */
export function canonicalJson(value: Json | object): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Cannot write a value that is not JSON')
  return text
}
