import { base64url } from 'jose'
import { describe, it } from 'vitest'
import { claims, ecKey, signed, signedParts, token } from '../../support/tokens.ts'
import { expectAccepted, expectRefused } from './an-authenticator.ts'

const HEADER = JSON.stringify({ alg: 'ES256', kid: 'ec' })
const PAYLOAD = JSON.stringify(claims())
const LONGEST = 8192

describe('The parts of a token', () => {
  it('are three', async () => {
    const [header = '', payload = '', signature = ''] = (await token()).split('.')
    await expectAccepted(`${header}.${payload}.${signature}`)
    for (const parts of [
      [],
      [header],
      [header, payload],
      [header, payload, signature, signature],
      [header, payload, signature, signature, signature],
      ['', payload, signature],
      [header, '', signature],
      [header, payload, ''],
    ]) {
      await expectRefused(parts.join('.'), 'not three parts')
    }
  })

  it('are not those of the JSON serialization', async () => {
    const [header, payload, signature] = (await token()).split('.')
    await expectRefused(JSON.stringify({ protected: header, payload, signature }), 'not three parts')
  })

  it.each(['=', '+', '/', '\n', ' ', '\0', '\u{feff}', 'é', '%3D'])('hold no %j', async (character) => {
    const good = await token()
    await expectRefused(good + character, 'not three parts')
    await expectRefused(character + good, 'not three parts')
    await expectRefused(good.replace('.', `${character}.`), 'not three parts')
  })

  it('have one writing each, because bits that no decoder looks at would make a second token of the first', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const good = await token()
    // 64 bytes of signature are 86 characters, and the last of them has four bits to spare.
    const last = alphabet.indexOf(good.slice(-1))
    await expectRefused(
      good.slice(0, -1) + alphabet.charAt(last + 1),
      'not three parts of canonical base64url',
    )
    await expectRefused(`${good}AAA`, 'not three parts of canonical base64url')
  })

  it('may take 8 KiB together, and no character more', async () => {
    const length = async (padding: number) => {
      const padded = await token({ payload: claims({ padding: 'x'.repeat(padding) }) })
      return { padded, rest: LONGEST - padded.length }
    }
    const { rest } = await length(1000)
    const { padded, rest: short } = await length(1000 + Math.floor((rest * 3) / 4))
    await expectAccepted(padded)
    await expectRefused(padded + 'A'.repeat(short + 1), 'longer than 8 KiB')
    await expectRefused('A'.repeat(1024 * 1024), 'longer than 8 KiB')
  })
})

describe('The header and the payload', () => {
  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '7',
    '{',
    '{"alg":"ES256",}',
    `${HEADER}x`,
    `\u{feff}${HEADER}`,
    '[['.repeat(999),
  ])('are JSON objects, not %j', async (text) => {
    await expectRefused(await signed(text, PAYLOAD), text === '' ? 'not three parts' : 'header')
    await expectRefused(await signed(HEADER, text), text === '' ? 'not three parts' : '')
  })

  it('may be nested as deep as a token can be long', async () => {
    const deep = `${'['.repeat(1400)}${']'.repeat(1400)}`
    await expectAccepted(await signed(HEADER.replace('{', `{"deep":${deep},`), PAYLOAD))
    await expectAccepted(await signed(HEADER, PAYLOAD.replace('{', `{"deep":${deep},`)))
  })

  it('are UTF-8', async () => {
    const broken = new Uint8Array([
      ...new TextEncoder().encode(PAYLOAD.slice(0, -1)),
      0x2c,
      0x22,
      0xff,
      0x22,
      0x3a,
      0x31,
      0x7d,
    ])
    await expectRefused(
      await signedParts(base64url.encode(HEADER), base64url.encode(broken)),
      'not JSON in UTF-8',
    )
    const utf16 = new TextEncoder().encode(HEADER.replaceAll(/./g, '$&\0'))
    await expectRefused(
      await signedParts(base64url.encode(utf16), base64url.encode(PAYLOAD)),
      'not JSON in UTF-8',
    )
  })

  it.each([
    ['alg, none first', '{"alg":"none","alg":"ES256","kid":"ec"}'],
    ['alg, none last', '{"alg":"ES256","kid":"ec","alg":"none"}'],
    ['alg, the same', '{"alg":"ES256","kid":"ec","alg":"ES256"}'],
    ['alg, once with an escape', '{"alg":"ES256","kid":"ec","\\u0061lg":"ES256"}'],
    ['a member of a member', '{"alg":"ES256","kid":"ec","x":[{"a":1,"a":1}]}'],
  ])('name no member twice in the header: %s', async (_, header) => {
    await expectRefused(await signed(header, PAYLOAD), 'header names a member twice')
  })

  it.each([
    '"sub":"mallory"',
    '"sub":"alice"',
    '"exp" :9999999999',
    '"\\u0073ub":"mallory"',
    '"x":{"y":1,"y":2}',
  ])('name no claim twice, because somebody may have read the other one: %s', async (claim) => {
    await expectRefused(
      await signed(HEADER, PAYLOAD.replace('{', `{${claim},`)),
      'payload names a member twice',
    )
  })

  it('may hold texts that only look like members', async () => {
    await expectAccepted(
      await token({ payload: claims({ text: '"sub":"mallory"', '"sub"': '\\":', list: ['sub', ':'] }) }),
    )
  })
})

describe('The header', () => {
  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/jwt', 'application/at+jwt'])(
    'may call the token %j',
    async (typ) => {
      await expectAccepted(await token({ header: { typ } }))
    },
  )

  it.each([
    '',
    'JWS',
    'JOSE',
    'id+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'JWT ',
    'jwt+at',
    null,
    1,
    ['JWT'],
  ])('may not call it %j, because a token for another purpose is not an access token', async (typ) => {
    await expectRefused(await token({ header: { typ } }), 'header.typ')
  })

  it.each([
    ['crit', ['exp']],
    ['crit', []],
    ['crit', ['b64']],
    ['b64', false],
    ['b64', true],
    ['zip', 'DEF'],
    ['cty', 'JWT'],
  ])('holds no %s (%j), which would change how the rest is read', async (name, value) => {
    await expectRefused(await token({ header: { [name]: value } }), `header.${name}`)
    await expectRefused(await token({ header: { crit: ['b64'], b64: false } }), 'header.crit')
  })

  it.each([null, ['ec'], { kid: 'ec' }, 7])('names its key by a text, not by %j', async (kid) => {
    await expectRefused(await token({ header: { kid } }), 'header.kid')
  })

  it('may name no key when the issuer has one only', async () => {
    await expectAccepted(await token({ header: { kid: undefined } }))
  })

  it('may hold members that mean nothing here', async () => {
    await expectAccepted(await token({ header: { x5t: 'abc', nonce: '1', __proto__: null }, key: ecKey }))
  })
})

describe('What is no signed token', () => {
  it('is refused: an encrypted one', async () => {
    const header = base64url.encode(JSON.stringify({ alg: 'RSA-OAEP', enc: 'A256GCM' }))
    await expectRefused(`${header}.a.b.c.d`, 'not three parts')
  })

  it('is refused: a token in a token', async () => {
    const inner = await token()
    await expectRefused(await signed(HEADER, inner), 'payload not JSON')
    await expectRefused(await signed(HEADER, JSON.stringify(inner)), 'payload is no object')
  })
})
