import { base64url } from 'jose'
import { describe, it } from 'vitest'
import { localJwks } from '../../../src/client/passport/local-jwks.ts'
import { Es256Signature, ORDER, SPECIAL } from '../../support/es256-signature.ts'
import { FOREIGN_KEY, KEY, NEXT_KEY, aPassport, claimsWith, jwksOf } from './a-passport.ts'
import { expectRefused, expectTaken } from './a-verifier.ts'

const good = await aPassport()
const [header = '', payload = '', signature = ''] = good.split('.')
const made = new Es256Signature(good)
const { r, s } = made

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
  it('is taken, and the one that ECDSA has besides for every one of them (RFC 7518, 3.4, wants no smaller one)', async () => {
    await expectTaken(made.withNumbers(r, s))
    await expectTaken(made.withNumbers(r, ORDER - s))
  })

  it.each(SPECIAL)('has no special number: %s', async (number) => {
    for (const text of [
      made.withNumbers(number, s),
      made.withNumbers(r, number),
      made.withNumbers(number, number),
    ]) {
      await expectRefused(text, 'bad_signature')
    }
  })

  it.each(made.others())('has no other form: %s', async (_what, bytes) => {
    await expectRefused(made.as(bytes), 'bad_signature')
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
