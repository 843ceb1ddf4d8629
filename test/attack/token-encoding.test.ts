import { base64url } from 'jose'
import { describe, it } from 'vitest'
import { signed, signedParts, token } from '../support/tokens.ts'
import { expectNothingDone, mighty } from './an-attacked-worker.ts'

const HEADER = JSON.stringify({ alg: 'ES256', kid: 'ec' })
const PAYLOAD = JSON.stringify(mighty)
const good = await token({ payload: mighty })
const [header = '', payload = '', signature = ''] = good.split('.')

describe('A token that is not three parts of base64url is refused:', () => {
  it.each([
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['two parts and a full stop', `${header}.${payload}.`],
    ['four parts', `${good}.${signature}`],
    ['five parts', `${good}.${signature}.${signature}`],
    ['no header', `.${payload}.${signature}`],
    ['no payload', `${header}..${signature}`],
    ['full stops alone', '..'],
    ['padded', `${header}.${payload}.${signature}==`],
    ['padded in front', `${header}==.${payload}.${signature}`],
    ['a plus', `${header}.${payload}.+${signature.slice(1)}`],
    ['a slash', `${header}.${payload}./${signature.slice(1)}`],
    ['a blank within', good.replace('.', ' .')],
    ['a tab within', good.replace('.', '.\t')],
    ['percent-encoded', good.replaceAll('.', '%2E')],
    ['in quotes', `"${good}"`],
    ['bytes that are no letters', `${good}é`],
    ['the JSON serialization', JSON.stringify({ protected: header, payload, signature })],
    [
      'the general JSON serialization',
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    ],
    ['an encrypted one', `${base64url.encode('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.a.b.c.d`],
    ['a PASETO', `v4.public.${payload}`],
    ['8 KiB and one', 'a'.repeat(8193)],
    ['1 MiB', `${header}.${'a'.repeat(1024 * 1024)}.${signature}`],
  ])('%s', async (_, made) => {
    await expectNothingDone(made)
  })

  it('bits to spare in its last letter', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spare = letters.charAt(letters.indexOf(good.slice(-1)) + 1)
    await expectNothingDone(good.slice(0, -1) + spare)
    await expectNothingDone(`${good}A`)
  })
})

describe('A token is refused whose parts are signed but no JSON objects in UTF-8:', () => {
  it.each([
    'null',
    '[]',
    '"text"',
    '7',
    '{',
    '{"alg":"ES256",}',
    `${HEADER}{}`,
    `\u{feff}${HEADER}`,
    `\0${HEADER}`,
    '['.repeat(3000),
    `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
  ])('%j', async (text) => {
    await expectNothingDone(await signed(text, PAYLOAD))
    await expectNothingDone(await signed(HEADER, text))
  })

  it.each([
    ['in Latin-1', Uint8Array.from(PAYLOAD.replace('alice', 'alicé'), (letter) => letter.charCodeAt(0))],
    ['in UTF-16', new TextEncoder().encode(PAYLOAD.replaceAll(/./g, '$&\0'))],
    ['behind the mark of UTF-8', new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(PAYLOAD)])],
    ['with an overlong letter', new Uint8Array([...new TextEncoder().encode(PAYLOAD), 0xc0, 0x80])],
  ])('%s', async (_, bytes) => {
    await expectNothingDone(await signedParts(header, base64url.encode(bytes)))
  })

  it('a token in a token', async () => {
    await expectNothingDone(await signed(HEADER, good))
    await expectNothingDone(await signed(HEADER, JSON.stringify(good)))
    await expectNothingDone(await signed('{"alg":"ES256","kid":"ec","cty":"JWT"}', good))
  })
})
