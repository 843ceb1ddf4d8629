import type { ProviderName } from '../../../src/contract/providers.ts'

export type Provider = ProviderName

/** The moment of every delivery, in milliseconds. */
export const NOW = Date.parse('2030-01-01T00:00:00Z')

export const BODY = bytesOf('{"id": "evt_1", "note": "Zoë paid 12 €"}')

/** Out of reach for who counts what the ledger computes. */
const signature = crypto.subtle.sign.bind(crypto.subtle)

/** Signs as a provider does: the other side of the scheme, written once more from the provider's own pages. */
export interface Sender {
  readonly provider: Provider
  readonly secret: string
  /** Takes its place when the secret is changed. */
  readonly nextSecret: string
  readonly header: string
  readonly encoding: 'hex' | 'base64'
  /** Signs the time of sending too. */
  readonly timed: boolean
  /** What stands between several signatures in one header; `null` where there is one alone. */
  readonly separator: string | null
  readonly sign: (body: Uint8Array, sending?: Sending) => Promise<Headers>
}

export interface Sending {
  /** One signature by each. */
  readonly secrets?: readonly string[]
  /** The key to sign with, for who does not take the one of the secret. */
  readonly keyOf?: (secret: string) => Uint8Array
  readonly at?: number
  /** Of the delivery, where it is signed too. */
  readonly id?: string
}

export const stripe = pairSender({
  provider: 'stripe',
  secret: 'whsec_a_secret_of_stripe',
  nextSecret: 'whsec_the_next_of_stripe',
  header: 'Stripe-Signature',
  names: ['t', 'v1'],
  separator: ',',
  joint: '.',
})

export const paddle = pairSender({
  provider: 'paddle',
  secret: 'pdl_ntfset_01a_secret_of_paddle',
  nextSecret: 'pdl_ntfset_01the_next_of_paddle',
  header: 'Paddle-Signature',
  names: ['ts', 'h1'],
  separator: ';',
  joint: ':',
})

export const revenuecat = pairSender({
  provider: 'revenuecat',
  secret: 'a_secret_of_revenuecat',
  nextSecret: 'the_next_of_revenuecat',
  header: 'X-RevenueCat-Webhook-Signature',
  names: ['t', 'v1'],
  separator: ',',
  joint: '.',
})

export const polar = standardSender({
  provider: 'polar',
  secret: 'polar_whs_a_secret_of_polar',
  nextSecret: 'polar_whs_the_next_of_polar',
  keyOf: bytesOf,
})

export const standardWebhooks = standardSender({
  provider: 'standard-webhooks',
  secret: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
  nextSecret: 'whsec_FxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA',
  keyOf: (secret) => fromBase64(secret.slice('whsec_'.length)),
})

export const shopify = bareSender({
  provider: 'shopify',
  secret: 'a_secret_of_shopify',
  nextSecret: 'the_next_of_shopify',
  header: 'X-Shopify-Hmac-Sha256',
  encoding: 'base64',
})

export const lemonsqueezy = bareSender({
  provider: 'lemonsqueezy',
  secret: 'a_secret_of_lemons',
  nextSecret: 'the_next_of_lemons',
  header: 'X-Signature',
  encoding: 'hex',
})

/** A signature as it is written, in either encoding. */
export const SIGNATURE = /[0-9a-f]{64}|[A-Za-z0-9+/]{43}=/

export const senders = [stripe, paddle, polar, shopify, lemonsqueezy, revenuecat, standardWebhooks]
export const timedSenders = senders.filter(({ timed }) => timed)
export const listingSenders = senders.filter(({ separator }) => separator !== null)

function pairSender(pair: {
  readonly provider: Provider
  readonly secret: string
  readonly nextSecret: string
  readonly header: string
  readonly names: readonly [timestamp: string, signature: string]
  readonly separator: string
  /** Between the time and the body. */
  readonly joint: string
}): Sender {
  const [timestamp, signature] = pair.names
  return {
    ...pair,
    encoding: 'hex',
    timed: true,
    async sign(body, { secrets = [pair.secret], keyOf = bytesOf, at = NOW } = {}) {
      const seconds = Math.floor(at / 1000)
      const macs = secrets.map((secret) => hmac(keyOf(secret), `${seconds}${pair.joint}`, body))
      const signatures = (await Promise.all(macs)).map((mac) => `${signature}=${toHex(mac)}`)
      return new Headers({ [pair.header]: [`${timestamp}=${seconds}`, ...signatures].join(pair.separator) })
    },
  }
}

function standardSender(standard: {
  readonly provider: Provider
  readonly secret: string
  readonly nextSecret: string
  readonly keyOf: (secret: string) => Uint8Array
}): Sender {
  return {
    ...standard,
    header: 'webhook-signature',
    encoding: 'base64',
    timed: true,
    separator: ' ',
    async sign(body, { secrets = [standard.secret], keyOf = standard.keyOf, at = NOW, id = 'msg_1' } = {}) {
      const seconds = String(Math.floor(at / 1000))
      const macs = secrets.map((secret) => hmac(keyOf(secret), `${id}.${seconds}.`, body))
      const signatures = (await Promise.all(macs)).map((mac) => `v1,${toBase64(mac)}`)
      return new Headers({
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': signatures.join(' '),
      })
    },
  }
}

function bareSender(bare: {
  readonly provider: Provider
  readonly secret: string
  readonly nextSecret: string
  readonly header: string
  readonly encoding: 'hex' | 'base64'
}): Sender {
  return {
    ...bare,
    timed: false,
    separator: null,
    async sign(body, { secrets: [secret = bare.secret] = [], keyOf = bytesOf } = {}) {
      const mac = await hmac(keyOf(secret), '', body)
      return new Headers({ [bare.header]: bare.encoding === 'hex' ? toHex(mac) : toBase64(mac) })
    },
  }
}

async function hmac(key: Uint8Array, prefix: string, body: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const signed = new Uint8Array([...bytesOf(prefix), ...body])
  return new Uint8Array(await signature('HMAC', imported, signed))
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
