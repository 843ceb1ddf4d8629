import type { PresentedSignature, SignatureScheme } from './signature-scheme.ts'
import { standardHeaders } from './standard-headers.ts'

// The grammars of the headers in which providers sign.

/** Five signatures of any scheme, with its other parts, fit in half of it: what is longer is not taken apart. */
const HEADER_LENGTH_MAX = 2048

/** Whole seconds in their one writing: the text is signed, so no two texts may be one moment. */
const SECONDS = /^(0|[1-9][0-9]{0,11})$/

/** A header of pairs `name=value`, with one timestamp and any number of signatures, in any order. */
export function pairsHeader(grammar: {
  readonly header: string
  readonly separator: string
  readonly timestamp: string
  readonly signature: string
  readonly prefix: (timestamp: string) => string
}): SignatureScheme['read'] {
  return (headers) => {
    const text = headers.get(grammar.header) ?? ''
    if (text === '') return 'missing'
    if (text.length > HEADER_LENGTH_MAX) return 'malformed'
    const found = text.split(grammar.separator).map((pair) => /^(\w+)=([^\s,;]+)$/.exec(pair) ?? [])
    const valuesOf = (wanted: string) =>
      found.flatMap(([, name, value]) => (name === wanted ? [value ?? ''] : []))
    const [timestamp = '', another] = valuesOf(grammar.timestamp)
    if (found.some((pair) => pair.length === 0) || another !== undefined || !SECONDS.test(timestamp)) {
      return 'malformed'
    }
    return {
      signatures: valuesOf(grammar.signature),
      timestamp: Number(timestamp),
      prefix: grammar.prefix(timestamp),
    }
  }
}

/** A header that is one signature and nothing else. */
export function bareHeader(header: string): SignatureScheme['read'] {
  return (headers) => {
    const signature = headers.get(header) ?? ''
    return signature === '' ? 'missing' : { signatures: [signature], timestamp: null, prefix: '' }
  }
}

/** The three headers of Standard Webhooks, of which one lists signatures of several kinds. */
export function standardWebhookHeaders(headers: Headers): PresentedSignature | 'missing' | 'malformed' {
  const { id, timestamp, signature: list } = standardHeaders(headers)
  if (id === '' || timestamp === '' || list === '') return 'missing'
  if (id.length + list.length > HEADER_LENGTH_MAX) return 'malformed'
  const found = list.split(' ').map((item) => /^(\w+),([^\s,]+)$/.exec(item) ?? [])
  // The standard, "Signature scheme": with a full stop in the id, one signed text could be read as two deliveries.
  if (found.some((item) => item.length === 0) || id.includes('.') || !SECONDS.test(timestamp))
    return 'malformed'
  return {
    signatures: found.flatMap(([, kind, signature]) => (kind === 'v1' ? [signature ?? ''] : [])),
    timestamp: Number(timestamp),
    prefix: `${id}.${timestamp}.`,
  }
}
