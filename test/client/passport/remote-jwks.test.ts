import { describe, expect, it, vi } from 'vitest'
import { localJwks } from '../../../src/client/passport/local-jwks.ts'
import { TrustedKeys } from '../../../src/client/passport/trusted-keys.ts'
import { FOREIGN_KEY, IAT, KEY, NEXT_KEY, aPassport, claimsWith, jwksOf } from './a-passport.ts'
import { aPublishedJwks } from './a-published-jwks.ts'
import { expectRefused, expectTaken } from './a-verifier.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A passport that is made so long after noon. */
function madeAfter(ms: number, key = KEY, changes: object = {}) {
  const iat = IAT + Math.floor(ms / 1000)
  return aPassport({
    key,
    claims: claimsWith({ iat, exp: iat + 600, ent: { 'export-4k': [{}] }, ...changes }),
  })
}

describe('Keys at an address', () => {
  it('are asked for once, without a redirect, and kept for five minutes', async () => {
    const { asked, clock, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    await Promise.all(
      ['u_1', 'u_2', 'u_3'].map(async (sub) => expectTaken(await madeAfter(0, KEY, { sub }), options)),
    )
    clock.pass(5 * MINUTE - 1)
    await expectTaken(await madeAfter(4 * MINUTE), options)
    expect(asked.map(({ url, redirect, method }) => [method, url, redirect])).toEqual([
      ['GET', 'https://ledger.test/.well-known/jwks.json', 'manual'],
    ])
    clock.pass(1)
    await expectTaken(await madeAfter(4 * MINUTE), options)
    expect(asked.length).toBe(2)
  })

  it('are not asked for because of what is no passport', async () => {
    const { asked, verifier } = aPublishedJwks(KEY)
    await expectRefused('a.b.c', 'malformed', verifier())
    await expectRefused(await aPassport({ header: { alg: 'none' } }), 'wrong_algorithm', verifier())
    expect(asked).toEqual([])
  })

  it('are kept for a day while nobody answers, and no longer', async () => {
    const { asked, breakDown, clock, publish, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    await expectTaken(await madeAfter(0), options)
    breakDown()
    clock.pass(24 * HOUR - 1)
    await expectTaken(await madeAfter(24 * HOUR - MINUTE), options)
    expect(asked.length).toBe(2)
    clock.pass(1)
    const text = await madeAfter(24 * HOUR)
    await expectRefused(text, 'keys_unavailable', options)
    clock.pass(30_000)
    publish(KEY)
    await expectTaken(text, options)
  })

  it('are asked for anew every half minute at most while nobody answers', async () => {
    const { asked, breakDown, clock, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    await expectTaken(await madeAfter(0), options)
    breakDown()
    clock.pass(HOUR)
    for (let second = 0; second < 60; second += 1) {
      await expectTaken(await madeAfter(HOUR + second * 1000), options)
      clock.pass(1000)
    }
    expect(asked.length).toBe(1 + 2)
  })

  it('are not there while nobody has answered yet: asked for every three seconds, and never a yes', async () => {
    const { asked, breakDown, clock, publish, verifier } = aPublishedJwks()
    const options = verifier()
    breakDown()
    for (let half = 0; half < 12; half += 1) {
      await expectRefused(await madeAfter(0), 'keys_unavailable', options)
      clock.pass(500)
    }
    expect(asked.length).toBe(2)
    publish(KEY)
    await expectTaken(await madeAfter(0), options)
  })

  it.each([
    ['an error', () => new Response('{"keys":[]}', { status: 500 })],
    [
      'a redirect',
      () => new Response('{"keys":[]}', { status: 302, headers: { Location: 'https://evil.test' } }),
    ],
    ['a page', () => new Response('<html>')],
    ['nothing', () => new Response(null, { status: 204 })],
    ['no JWKS', () => Response.json([])],
    ['no list', () => Response.json({ keys: {} })],
    ['somebody else’s 404', () => Response.json({ code: 'not_found' }, { status: 404 })],
  ])('are those of before where what is answered is %s', async (_what, answer) => {
    const published = aPublishedJwks(KEY)
    const options = published.verifier()
    await expectTaken(await madeAfter(0), options)
    published.answer = answer
    published.clock.pass(6 * MINUTE)
    await expectTaken(await madeAfter(6 * MINUTE), options)
    await expectRefused(await madeAfter(6 * MINUTE), 'keys_unavailable', published.verifier())
  })

  it('are none once the ledger has none any more', async () => {
    for (const answer of [
      () => Response.json({ keys: [] }),
      () => Response.json({ code: 'passports_off', retryable: false }, { status: 404 }),
    ]) {
      const published = aPublishedJwks(KEY)
      const options = published.verifier()
      await expectTaken(await madeAfter(0), options)
      published.answer = answer
      published.clock.pass(5 * MINUTE)
      await expectRefused(await madeAfter(0), 'unknown_key', options)
    }
  })

  it('are waited for so long, and no longer, by all who need them', async () => {
    const { clock, verifier } = aPublishedJwks(KEY)
    const never = new Promise<Response>(() => {})
    let asks = 0
    const hanging = () => {
      asks += 1
      return never
    }
    const options = verifier({ timeoutMs: 20, fetch: hanging })
    const texts = await Promise.all([madeAfter(0), madeAfter(0, KEY, { sub: 'u_7' })])
    await Promise.all(texts.map((text) => expectRefused(text, 'keys_unavailable', options)))
    expect(asks).toBe(1)
    clock.pass(20)
    await expectRefused(texts[0], 'keys_unavailable', options)
    expect(asks).toBe(2)
  })

  it('are not waited for again by whoever comes after that', async () => {
    const { answer, clock, verifier } = aPublishedJwks(KEY)
    const answers = [answer(), new Promise<Response>(() => {})]
    const options = verifier({
      timeoutMs: 20,
      fetch: async () => (await answers.shift()) ?? expect.unreachable(),
    })
    await expectTaken(await madeAfter(0), options)
    clock.pass(5 * MINUTE)
    await expectTaken(await madeAfter(0), options)
    clock.pass(20)
    const deadline = vi.spyOn(AbortSignal, 'timeout')
    await expectTaken(await madeAfter(0), options)
    expect(deadline).not.toHaveBeenCalled()
    deadline.mockRestore()
  })
})

describe('A key that is not known', () => {
  it('is asked for at once, and then every half minute at most, however many passports name one', async () => {
    const { asked, clock, publish, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    await expectTaken(await madeAfter(0), options)
    clock.pass(30_000)
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, place) => aPassport({ header: { kid: `made-up-${place}` } })),
    )
    await Promise.all(flood.map((text) => expectRefused(text, 'unknown_key', options)))
    expect(asked.length).toBe(2)
    for (const text of flood) await expectRefused(text, 'unknown_key', options)
    expect(asked.length).toBe(2)

    publish(KEY, NEXT_KEY)
    const next = await madeAfter(0, NEXT_KEY)
    clock.pass(29_999)
    await expectRefused(next, 'unknown_key', options)
    clock.pass(1)
    await expectTaken(next, options)
    expect(asked.length).toBe(3)
    await expectTaken(await madeAfter(0), options)
    expect(asked.length).toBe(3)
  })
})

describe('Keys that change', () => {
  it('are announced, sign, are retired and go, and no passport that is good is refused on the way', async () => {
    const { clock, publish, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    let elapsed = 0
    /** Makes a passport with a key every minute, and shows each until it is over. */
    const live = async (minutes: number, key: typeof KEY, shown: string[]) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        shown.push(await madeAfter(elapsed, key))
        for (const text of shown.slice(-10)) await expectTaken(text, options)
        clock.pass(MINUTE)
        elapsed += MINUTE
      }
    }
    const shown: string[] = []
    await live(12, KEY, shown)
    publish(KEY, NEXT_KEY)
    await live(15, KEY, shown)
    // From now on the other one signs.
    await live(12, NEXT_KEY, shown)
    publish(NEXT_KEY)
    await live(12, NEXT_KEY, shown)
    await expectRefused(await madeAfter(elapsed, KEY), 'unknown_key', options)
  })

  it('lose one that was stolen within five minutes, with all that it has signed and that was taken before', async () => {
    const { clock, publish, verifier } = aPublishedJwks(KEY, NEXT_KEY)
    const options = verifier()
    const [stolen, good] = [await madeAfter(0), await madeAfter(0, NEXT_KEY)]
    for (const text of [stolen, good, stolen]) await expectTaken(text, options)
    publish(NEXT_KEY)
    clock.pass(5 * MINUTE - 1)
    await expectTaken(stolen, options)
    clock.pass(1)
    await expectRefused(stolen, 'unknown_key', options)
    await expectTaken(good, options)
  })

  it('are not taken for those of before where one has only got another half', async () => {
    const { clock, publish, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    const stolen = await madeAfter(0)
    await expectTaken(stolen, options)
    publish({ ...NEXT_KEY, jwk: { ...NEXT_KEY.jwk, kid: KEY.jwk['kid'] } })
    clock.pass(5 * MINUTE)
    await expectRefused(stolen, 'bad_signature', options)
  })
})

describe('A key', () => {
  const passport = aPassport()
  it.each([
    ['of another kind', { kty: 'RSA' }],
    ['of another curve', { crv: 'P-384' }],
    ['for another algorithm', { alg: 'ES384' }],
    ['for a secret', { alg: 'HS256' }],
    ['for encryption', { use: 'enc' }],
    ['for signing alone', { key_ops: ['sign'] }],
    ['for something that is no list', { key_ops: 'verify' }],
    ['whose private half is told', { d: 'SdqxhaN2IlG1Hpo4BPjDNehCS9SZnNBF-Dj8R8mQ7Gk' }],
    ['without a name', { kid: undefined }],
    ['with a number for a name', { kid: 7 }],
    ['without a half', { x: undefined }],
    ['that is no point of the curve', { y: KEY.jwk['x'] }],
  ])('is left out: %s', async (_what, changes) => {
    const jwks = localJwks({ keys: [{ ...KEY.jwk, ...changes }, NEXT_KEY.jwk, null, 'key', []] })
    await expectRefused(await passport, 'unknown_key', { jwks })
    await expectTaken(await aPassport({ key: NEXT_KEY }), { jwks })
  })

  it('may leave out what it is for', async () => {
    const { kty, crv, kid, x, y } = KEY.jwk
    await expectTaken(await passport, {
      jwks: localJwks({ keys: [{ kty, crv, kid, x, y, key_ops: ['verify'] }] }),
    })
  })

  it('is meant by nobody where two have its name', async () => {
    const twin = { ...FOREIGN_KEY.jwk, kid: KEY.jwk['kid'] }
    for (const keys of [
      [KEY.jwk, twin],
      [twin, KEY.jwk],
      [KEY.jwk, KEY.jwk],
    ]) {
      await expectRefused(await passport, 'unknown_key', { jwks: localJwks({ keys }) })
    }
  })

  it('is not to be had where there is no list of keys', async () => {
    for (const document of [{}, { keys: null }, []]) {
      await expectRefused(await passport, 'keys_unavailable', { jwks: localJwks(document) })
    }
  })
})

describe('What was verified', () => {
  it('is not verified again until it is over, nor anything but that', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify')
    try {
      const jwks = localJwks(jwksOf(KEY))
      const text = await aPassport()
      const later = (seconds: number) => ({ jwks, now: () => (IAT + seconds) * 1000 })
      await expectTaken(text, later(0))
      await expectTaken(text, later(659))
      expect(verify).toHaveBeenCalledTimes(1)
      await expectRefused(text, 'wrong_audience', { ...later(0), audience: 'https://other.test' })
      await expectRefused(text, 'too_old', { ...later(0), floor: { version: 8 } })
      expect(verify).toHaveBeenCalledTimes(1)
      const [header, payload] = text.split('.')
      const [, , other] = (await aPassport()).split('.')
      await expectTaken(`${header}.${payload}.${other}`, later(0))
      expect(verify).toHaveBeenCalledTimes(2)
    } finally {
      verify.mockRestore()
    }
  })

  it('is not verified again because the same keys were asked for anew', async () => {
    const { asked, clock, verifier } = aPublishedJwks(KEY)
    const options = verifier()
    const text = await madeAfter(0)
    await expectTaken(text, options)
    clock.pass(5 * MINUTE)
    const verify = vi.spyOn(crypto.subtle, 'verify')
    await expectTaken(text, options)
    expect(verify).not.toHaveBeenCalled()
    expect(asked.length).toBe(2)
    verify.mockRestore()
  })

  it('is remembered of a thousand passports, those of last', async () => {
    const keys = await TrustedKeys.in(jwksOf(KEY))
    const claims = claimsWith() as Parameters<TrustedKeys['open']>[0]['claims']
    const forms = await Promise.all(
      Array.from({ length: 1001 }, async (_, place) => ({
        text: await aPassport({ claims: claimsWith({ sub: `u_${place}` }) }),
        kid: '2030-a',
        claims,
      })),
    )
    for (const form of forms) await keys.open(form, IAT)
    expect(forms.flatMap(({ text }, place) => (keys.known(text, IAT) === null ? [place] : []))).toEqual([0])
    expect(keys.known(forms[5]?.text ?? '', IAT + 660)).toBeNull()
    expect(keys.known(forms[5]?.text ?? '', IAT)).toBeNull()
  })
})
