import canonicalize from 'canonicalize'

/** RFC 8785 text of plain JSON. Throws on what JSON cannot say, such as a lone surrogate. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Cannot write a value that is not JSON')
  return text
}
