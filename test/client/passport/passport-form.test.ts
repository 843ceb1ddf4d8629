import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { aPassport, claimsWith, signedParts, signedTexts } from './a-passport.ts'
import { expectRefused, expectTaken } from './a-verifier.ts'
import { HEADER_ATTACKS } from './header-attacks.ts'

const HEADER = JSON.stringify({ alg: 'ES256', kid: '2030-a', typ: 'entitlements+jwt' })
const PAYLOAD = JSON.stringify(claimsWith())

describe('The parts of a passport', () => {
  it('are three', async () => {
    const good = await aPassport()
    const [header = '', payload = '', signature = ''] = good.split('.')
    await expectTaken(good)
    for (const text of [null, undefined]) await expectRefused(text, 'missing')
    const wrong = [
      [],
      [header],
      [header, payload],
      [header, payload, signature, signature],
      ['', payload, signature],
      [header, '', signature],
      // Five parts are an encrypted one.
      [header, payload, signature, signature, signature],
    ]
    for (const parts of wrong) await expectRefused(parts.join('.'), 'malformed')
    await expectRefused(`${header}.${payload}.`, 'bad_signature')
    await expectRefused(JSON.stringify({ protected: header, payload, signature }), 'malformed')
  })

  it('are of a text, and what else a program without types hands in is refused like one that is wrong', async () => {
    for (const shown of [7, true, {}, [await aPassport()], { passport: await aPassport() }]) {
      await expectRefused(shown as unknown as string, 'malformed')
    }
  })

  it.each(['=', '+', '/', '\n', ' ', '\0', '\u{feff}', 'é', '%3D'])('hold no %j', async (character) => {
    const good = await aPassport()
    for (const text of [good + character, character + good, good.replace('.', `${character}.`)]) {
      await expectRefused(text, 'malformed')
    }
  })

  it('have one writing each, because bits that no decoder looks at would make a second one', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const good = await aPassport()
    // 64 bytes of signature are 86 characters, and the last of them has four bits to spare.
    const last = alphabet.indexOf(good.slice(-1))
    await expectRefused(good.slice(0, -1) + alphabet.charAt(last + 1), 'malformed')
    await expectRefused(`${good}AAA`, 'malformed')
  })

  it('take 4 KiB together at most', async () => {
    const long = (length: number) => aPassport({ claims: claimsWith({ padding: 'x'.repeat(length) }) })
    expect((await long(2500)).length).toBeLessThan(4096)
    await expectTaken(await long(2500))
    await expectRefused(await long(3500), 'malformed')
  })

  it('are JSON that names no member twice, and as it is written by whoever makes one', async () => {
    await expectTaken(await signedTexts(HEADER, PAYLOAD))
    const twice = [
      [HEADER.replace('{', '{"alg":"none",'), PAYLOAD],
      [HEADER.replace('}', ',"kid":"2030-a"}'), PAYLOAD],
      [HEADER, PAYLOAD.replace('{', '{"sub":"u_7",')],
      [HEADER, PAYLOAD.replace('"seats":', '"export-4k":[],"seats":')],
      [HEADER, PAYLOAD.replace('"sub"', '"\\u0073ub"')],
      [` ${HEADER}`, PAYLOAD],
      [HEADER, `${PAYLOAD}\n`],
      [HEADER, `\u{feff}${PAYLOAD}`],
      [HEADER, PAYLOAD.replace('"ver":7', '"ver":7.0')],
      [HEADER, PAYLOAD.slice(0, -1)],
      [HEADER, '[]'],
      [HEADER, 'null'],
      ['[]', PAYLOAD],
      ['"ES256"', PAYLOAD],
    ] as const
    for (const [header, payload] of twice)
      await expectRefused(await signedTexts(header, payload), 'malformed')
    const latin1 = Uint8Array.from(PAYLOAD.replace('u_42', '\u{ff}'), (character) => character.charCodeAt(0))
    await expectRefused(await signedParts(base64url.encode(HEADER), base64url.encode(latin1)), 'malformed')
  })
})

describe('The header of a passport', () => {
  it.each(HEADER_ATTACKS)('does not say: %s', async (_what, header, reason) => {
    await expectRefused(await aPassport({ header }), reason)
  })

  it('says of what kind it is before all else', async () => {
    await expectRefused(
      await aPassport({ header: { typ: 'at+jwt', alg: 'none', kid: 7, jku: 'x' } }),
      'wrong_type',
    )
    const claims = claimsWith({ iss: 'https://evil.test' })
    await expectRefused(await aPassport({ header: { alg: 'none' }, claims }), 'wrong_algorithm')
  })

  it.each([
    '',
    '2030-A',
    '2030-a ',
    '../2030-a',
    "' OR 1=1 --",
    '__proto__',
    'constructor',
    'toString',
    '0',
    '*',
  ])('names a key and nothing else: %j', async (kid) => {
    await expectRefused(await aPassport({ header: { kid } }), 'unknown_key')
  })
})
