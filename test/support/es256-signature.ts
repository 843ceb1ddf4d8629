import { base64url } from 'jose'

/** Of P-256: how many points it has, and the prime of its field. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
export const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
export const MOST = 2n ** 256n - 1n

/** The special cases of Wycheproof for ECDSA on P-256 in its fixed-length encoding. */
export const SPECIAL = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, FIELD, FIELD + 1n, MOST] as const

/** The signature of a JWS by ES256, from which others are made for the same text. */
export class Es256Signature {
  readonly r: bigint
  readonly s: bigint
  readonly #signed: string
  readonly #bytes: Uint8Array

  constructor(jws: string) {
    const end = jws.lastIndexOf('.')
    this.#signed = jws.slice(0, end)
    this.#bytes = base64url.decode(jws.slice(end + 1))
    const [left, right] = this.#halves()
    this.r = numberOf(left)
    this.s = numberOf(right)
  }

  /** The same text, signed so. */
  as(bytes: Uint8Array): string {
    return `${this.#signed}.${base64url.encode(bytes)}`
  }

  withNumbers(first: bigint, second: bigint): string {
    return this.as(new Uint8Array([...bytesOf(first), ...bytesOf(second)]))
  }

  /** What is not the form that RFC 7518, 3.4, gives it, and what is not this signature: name and bytes. */
  others(): readonly (readonly [string, Uint8Array])[] {
    const bytes = this.#bytes
    const [left, right] = this.#halves()
    return [
      ['DER', new Uint8Array([0x30, 70, 2, 33, 0, ...left, 2, 33, 0, ...right])],
      ['DER with a long length', new Uint8Array([0x30, 0x81, 70, 2, 33, 0, ...left, 2, 33, 0, ...right])],
      ['with a zero before each number', new Uint8Array([0, ...left, 0, ...right])],
      ['with a byte more', new Uint8Array([...bytes, 0])],
      ['without its last byte', bytes.slice(0, -1)],
      ['without its first byte', bytes.slice(1)],
      ['r alone', left],
      ['twice', new Uint8Array([...bytes, ...bytes])],
      ['one byte of zero', new Uint8Array(1)],
      ['64 bytes of zero', new Uint8Array(64)],
      ['256 bytes of zero', new Uint8Array(256)],
      ['with its first bit changed', bytes.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))],
      ['with its last bit changed', bytes.map((byte, at) => (at === 63 ? byte ^ 1 : byte))],
      ['its numbers in another order', new Uint8Array([...right, ...left])],
    ]
  }

  #halves(): readonly [Uint8Array, Uint8Array] {
    return [this.#bytes.slice(0, 32), this.#bytes.slice(32)]
  }
}

function numberOf(big: Uint8Array): bigint {
  return BigInt(`0x${Array.from(big, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}

function bytesOf(value: bigint): Uint8Array {
  const digits = value.toString(16).padStart(64, '0')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
