import { base64url } from 'jose'
import { describe, it } from 'vitest'
import { anotherEcKey, claims, rsaKey, token } from '../support/tokens.ts'
import { expectNothingDone, mighty } from './an-attacked-worker.ts'

// The special cases of Wycheproof for ECDSA on P-256 in its fixed-length encoding, made anew for a token of ours.
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const MOST = 2n ** 256n - 1n

const good = await token({ payload: mighty })
const [header = '', payload = '', signature = ''] = good.split('.')
const bytes = base64url.decode(signature)
const [r, s] = [numberOf(bytes.slice(0, 32)), numberOf(bytes.slice(32))]

const withSignature = (made: Uint8Array) => `${header}.${payload}.${base64url.encode(made)}`
const withNumbers = (first: bigint, second: bigint) =>
  withSignature(new Uint8Array([...bytesOf(first), ...bytesOf(second)]))

const SPECIAL = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, FIELD, FIELD + 1n, MOST] as const
const named = (value: bigint) =>
  ({ [`${ORDER - 1n}`]: 'n - 1', [`${ORDER}`]: 'n', [`${ORDER + 1n}`]: 'n + 1', [`${FIELD}`]: 'p' })[
    `${value}`
  ] ?? (value < 2n ? `${value}` : value === MOST ? '2^256 - 1' : 'p + 1')

describe('A signature with special numbers is refused:', () => {
  it.each(SPECIAL.map((value) => [named(value), value] as const))('r is %s', async (_, value) => {
    await expectNothingDone(withNumbers(value, s))
  })

  it.each(SPECIAL.map((value) => [named(value), value] as const))('s is %s', async (_, value) => {
    await expectNothingDone(withNumbers(r, value))
  })

  it.each(SPECIAL.map((value) => [named(value), value] as const))('r and s are %s', async (_, value) => {
    await expectNothingDone(withNumbers(value, value))
  })

  it('r is its own mirror image', async () => {
    await expectNothingDone(withNumbers(ORDER - r, s))
  })

  it('r and s have changed places', async () => {
    await expectNothingDone(withNumbers(s, r))
  })
})

describe('A signature in another form is refused:', () => {
  const [left, right] = [bytes.slice(0, 32), bytes.slice(32)]
  it.each([
    ['DER', new Uint8Array([0x30, 70, 2, 33, 0, ...left, 2, 33, 0, ...right])],
    ['DER with a long length', new Uint8Array([0x30, 0x81, 70, 2, 33, 0, ...left, 2, 33, 0, ...right])],
    ['with a zero before each number', new Uint8Array([0, ...left, 0, ...right])],
    ['with a byte more', new Uint8Array([...bytes, 0])],
    ['without its last byte', bytes.slice(0, -1)],
    ['without its first byte', bytes.slice(1)],
    ['r alone', left],
    ['twice', new Uint8Array([...bytes, ...bytes])],
    ['one byte of zero', new Uint8Array(1)],
    ['256 bytes of zero', new Uint8Array(256)],
    ['with its first bit changed', bytes.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))],
    ['with its last bit changed', bytes.map((byte, at) => (at === 63 ? byte ^ 1 : byte))],
  ])('%s', async (_, made) => {
    await expectNothingDone(withSignature(made))
  })
})

describe('A signature of something else is refused:', () => {
  it('of a token with fewer rights', async () => {
    const [, , other] = (await token({ payload: claims({ sub: 'mallory' }) })).split('.')
    await expectNothingDone(`${header}.${payload}.${other}`)
  })

  it('of the same with its parts in another order', async () => {
    for (const parts of [
      [payload, header, signature],
      [signature, payload, header],
      [header, signature, payload],
    ]) {
      await expectNothingDone(parts.join('.'))
    }
  })

  it('by another key that goes by the same name', async () => {
    const forger = { ...anotherEcKey, jwk: { ...anotherEcKey.jwk, kid: 'ec' } }
    await expectNothingDone(await token({ key: forger, payload: mighty }))
  })

  it('by RSA, zero, one and cut short', async () => {
    const parts = (await token({ key: rsaKey, payload: mighty })).split('.')
    const rsa = base64url.decode(parts[2] ?? '')
    for (const made of [
      rsa.map(() => 0),
      rsa.map((_, at) => (at === 255 ? 1 : 0)),
      rsa.slice(1),
      rsa.slice(0, -1),
    ]) {
      await expectNothingDone(`${parts[0]}.${parts[1]}.${base64url.encode(made)}`)
    }
  })
})

function numberOf(big: Uint8Array): bigint {
  return BigInt(`0x${Array.from(big, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}

function bytesOf(value: bigint): Uint8Array {
  const digits = value.toString(16).padStart(64, '0')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
