import { base64url } from 'jose'
import { describe, it } from 'vitest'
import { localJwks } from '../../../src/client/passport/local-jwks.ts'
import { FOREIGN_KEY, KEY, NEXT_KEY, aPassport, claimsWith, jwksOf } from './a-passport.ts'
import { expectRefused, expectTaken } from './a-verifier.ts'

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn

const good = await aPassport()
const [header = '', payload = '', signature = ''] = good.split('.')
const bytes = base64url.decode(signature)
const [left, right] = [bytes.slice(0, 32), bytes.slice(32)]
const [r, s] = [numberOf(left), numberOf(right)]

const withSignature = (made: Uint8Array) => `${header}.${payload}.${base64url.encode(made)}`
const withNumbers = (first: bigint, second: bigint) =>
  withSignature(new Uint8Array([...bytesOf(first), ...bytesOf(second)]))

function numberOf(of: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(of).toString('hex')}`)
}

function bytesOf(number: bigint): Uint8Array {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}

/** What who takes the key for a secret would find right. */
async function macOf(text: string): Promise<string> {
  const utf8 = new TextEncoder()
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const secret = await crypto.subtle.importKey('raw', utf8.encode(JSON.stringify(KEY.jwk)), hmac, false, [
    'sign',
  ])
  return base64url.encode(new Uint8Array(await crypto.subtle.sign(hmac, secret, utf8.encode(text))))
}

describe('A signature', () => {
  it('is expectTaken, and the one that ECDSA has besides for every one of them (RFC 7518, 3.4, wants no smaller one)', async () => {
    await expectTaken(withNumbers(r, s))
    await expectTaken(withNumbers(r, ORDER - s))
  })

  it.each([0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, FIELD, FIELD + 1n, 2n ** 256n - 1n])(
    'has no special number: %s',
    async (number) => {
      for (const text of [withNumbers(number, s), withNumbers(r, number), withNumbers(number, number)]) {
        await expectRefused(text, 'bad_signature')
      }
    },
  )

  it.each([
    ['DER', new Uint8Array([0x30, 70, 2, 33, 0, ...left, 2, 33, 0, ...right])],
    ['DER with a long length', new Uint8Array([0x30, 0x81, 70, 2, 33, 0, ...left, 2, 33, 0, ...right])],
    ['with a zero before each number', new Uint8Array([0, ...left, 0, ...right])],
    ['with a byte more', new Uint8Array([...bytes, 0])],
    ['without its last byte', bytes.slice(0, -1)],
    ['r alone', left],
    ['twice', new Uint8Array([...bytes, ...bytes])],
    ['one byte of zero', new Uint8Array(1)],
    ['64 bytes of zero', new Uint8Array(64)],
    ['with its first bit changed', bytes.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))],
    ['with its last bit changed', bytes.map((byte, at) => (at === 63 ? byte ^ 1 : byte))],
    ['its numbers in another order', new Uint8Array([...right, ...left])],
  ])('has no other form: %s', async (_what, made) => {
    await expectRefused(withSignature(made), 'bad_signature')
  })

  it('is of this passport', async () => {
    const [, other = '', otherSignature = ''] = (
      await aPassport({ claims: claimsWith({ sub: 'u_7' }) })
    ).split('.')
    await expectRefused(`${header}.${payload}.${otherSignature}`, 'bad_signature')
    await expectRefused(`${header}.${other}.${signature}`, 'bad_signature')
  })

  it('is by the key that is named, and no other', async () => {
    const jwks = localJwks(jwksOf(KEY, NEXT_KEY))
    await expectTaken(await aPassport({ key: NEXT_KEY }), { jwks })
    await expectRefused(await aPassport({ key: NEXT_KEY, header: { kid: '2030-a' } }), 'bad_signature', {
      jwks,
    })
    await expectRefused(await aPassport({ key: FOREIGN_KEY }), 'unknown_key', { jwks })
    await expectRefused(await aPassport({ key: FOREIGN_KEY, header: { kid: '2030-a' } }), 'bad_signature', {
      jwks,
    })
  })

  it('is not made by what everybody has, the public half', async () => {
    const body = `${base64url.encode(JSON.stringify({ alg: 'HS256', kid: '2030-a', typ: 'entitlements+jwt' }))}.${payload}`
    await expectRefused(`${body}.${await macOf(body)}`, 'wrong_algorithm')
    await expectRefused(`${header}.${payload}.${await macOf(`${header}.${payload}`)}`, 'bad_signature')
  })
})
