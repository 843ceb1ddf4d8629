import type { ProviderName } from '../../contract/providers.ts'
import { fromHex } from '../../platform/sha256.ts'
import { standardHeaders } from './standard-headers.ts'

/** What a delivery says of its own signature. */
export interface PresentedSignature {
  /** As they are written, those of the scheme's kind alone: a provider may add kinds that nobody knows yet. */
  readonly signatures: readonly string[]
  /** When it was signed, in seconds since the epoch; `null` where that is not said. */
  readonly timestamp: number | null
  /** What is signed in front of the body. */
  readonly prefix: string
}

/** How one provider signs: always HMAC-SHA256 over a prefix and the raw body. */
export interface SignatureScheme {
  /** Takes the headers apart, strictly: where Fetch joined two into one, none of these grammars fits. */
  readonly read: (headers: Headers) => PresentedSignature | 'missing' | 'malformed'
  /** The bytes of a signature, `null` unless it is written in the one way in which the provider writes it. */
  readonly decode: (signature: string) => Uint8Array | null
  /** Every key that a configured secret may stand for: none if it cannot be a secret of the provider. */
  readonly keysOf: (secret: string) => readonly Uint8Array[]
  /** Names the header that shows a configured secret itself, as a bearer token or bare, where nothing is signed. */
  readonly secretHeader?: string
}

/** The schemes by the provider's name. Adding one is one entry. */
export const SIGNATURE_SCHEMES = {
  // https://docs.stripe.com/webhooks/signature: `t=…,v1=…`, several `v1` while a secret is rolled; `v0` is for tests.
  stripe: {
    read: pairs({
      header: 'Stripe-Signature',
      separator: ',',
      timestamp: 't',
      signature: 'v1',
      prefix: (timestamp) => `${timestamp}.`,
    }),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
  },
  // https://developer.paddle.com/webhooks/signature-verification: `ts=…;h1=…`, "at least one h1".
  paddle: {
    read: pairs({
      header: 'Paddle-Signature',
      separator: ';',
      timestamp: 'ts',
      signature: 'h1',
      prefix: (timestamp) => `${timestamp}:`,
    }),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
  },
  // https://docs.polar.sh/integrate/webhooks/delivery: Standard Webhooks, but the server signs with the whole secret.
  // Its own library tries the decoded secret too, for endpoints that were set up by the standard.
  polar: {
    read: standardWebhook,
    decode: base64,
    keysOf: (secret) => [...wholeSecret(secret), ...decodedSecret(secret)],
  },
  // https://shopify.dev/docs/apps/build/webhooks/subscribe/https: the header is the signature.
  shopify: {
    read: alone('X-Shopify-Hmac-Sha256'),
    decode: base64,
    keysOf: wholeSecret,
  },
  // https://docs.lemonsqueezy.com/help/webhooks/signing-requests: the header is the signature.
  lemonsqueezy: {
    read: alone('X-Signature'),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
  },
  // https://www.revenuecat.com/docs/integrations/webhooks: signed where that is switched on, and otherwise only an
  // Authorization header whose value somebody typed into the dashboard.
  revenuecat: {
    read: pairs({
      header: 'X-RevenueCat-Webhook-Signature',
      separator: ',',
      timestamp: 't',
      signature: 'v1',
      prefix: (timestamp) => `${timestamp}.`,
    }),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
    secretHeader: 'Authorization',
  },
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  'standard-webhooks': {
    read: standardWebhook,
    decode: base64,
    keysOf: decodedSecret,
  },
} as const satisfies Record<ProviderName, SignatureScheme>

/** Five signatures of any scheme, with its other parts, fit in half of it: what is longer is not taken apart. */
const HEADER_LENGTH_MAX = 2048

/** Whole seconds in their one writing: the text is signed, so no two texts may be one moment. */
const SECONDS = /^(0|[1-9][0-9]{0,11})$/

/** A header of pairs `name=value`, with one timestamp and any number of signatures, in any order. */
function pairs(grammar: {
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
function alone(header: string): SignatureScheme['read'] {
  return (headers) => {
    const signature = headers.get(header) ?? ''
    return signature === '' ? 'missing' : { signatures: [signature], timestamp: null, prefix: '' }
  }
}

/** The three headers of Standard Webhooks, of which one lists signatures of several kinds. */
function standardWebhook(headers: Headers): PresentedSignature | 'missing' | 'malformed' {
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

/** In lower case alone: so they all write it, and their own libraries refuse anything else. */
function lowerCaseHex(signature: string): Uint8Array | null {
  return /^[0-9a-f]{64}$/.test(signature) ? fromHex(signature) : null
}

/** Padded, and with the two bits that 32 bytes leave over at zero: one writing for one signature. */
function base64(signature: string): Uint8Array | null {
  return /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(signature) ? fromBase64(signature) : null
}

function wholeSecret(secret: string): readonly Uint8Array[] {
  return secret.trim() === '' ? [] : [new TextEncoder().encode(secret)]
}

function decodedSecret(secret: string): readonly Uint8Array[] {
  try {
    const key = fromBase64(secret.replace(/^whsec_/, ''))
    return key.length === 0 ? [] : [key]
  } catch {
    return []
  }
}

/** Throws for a text that is none. */
function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
