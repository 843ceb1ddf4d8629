import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

const KIB = 1024

function send(body: unknown, headers: Record<string, string> = {}) {
  return ask('POST', `/v4/users/${aUser()}/entitlements`, { body, headers: { ...aKey(), ...headers } })
}

/** A well-formed grant of exactly so many bytes. */
async function aGrantOf(bytes: number): Promise<string> {
  const text = `{"feature":"${await aFeature()}"`
  return `${text}${' '.repeat(bytes - text.length - 1)}}`
}

/** A body that comes in pieces, and of which nobody says how long it is. */
function streamed(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7000) controller.enqueue(bytes.slice(at, at + 7000))
      controller.close()
    },
  })
}

describe('a body', () => {
  it('that is empty is told so where something is expected, whatever its type', async () => {
    for (const headers of [{}, { 'Content-Type': 'application/x-www-form-urlencoded' }]) {
      const answered = await send('', headers)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors).toEqual([{ path: 'body', message: 'is empty' }])
    }
  })

  it('that is not JSON is refused, with the place where it stops to be', async () => {
    for (const [body, place] of [
      ['{"feature":"a",}', 'line 1, column 16'],
      ['{\n  "feature": "a"\n  "trial": true }', 'line 3, column 3'],
      ['{} {}', 'line 1, column 4'],
      ['{"feature":', 'the end'],
    ] as const) {
      const { json } = await send(body)
      expect(json.errors).toEqual([{ path: 'body', message: expect.stringContaining(place) }])
    }
  })

  it('that is not JSON is refused', async () => {
    for (const body of [
      ' ',
      '{',
      '{"feature":"a",}',
      "{'feature':'a'}",
      'feature=a',
      '\u0000',
      'NaN',
      '{} {}',
    ]) {
      const answered = await send(body)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors).toEqual([
        { path: 'body', message: expect.stringMatching(/^is not JSON: /) },
      ])
    }
  })

  it('that is JSON but no object is refused', async () => {
    for (const body of ['null', '[]', '[{}]', '"feature"', '7', 'true']) {
      expectProblem(await send(body), 400, 'malformed_request')
    }
  })

  it('that is not UTF-8 is refused, because what it said would be stored as question marks', async () => {
    const feature = await aFeature()
    const valid = new TextEncoder().encode(`{"feature":"${feature}","metadata":{"name":"ü"}}`)
    const latin1 = Uint8Array.from(valid.filter((byte) => byte !== 0xbc))
    const utf16 = Uint8Array.from([...valid].flatMap((byte) => [byte, 0]))
    for (const body of [latin1, utf16]) {
      const answered = await send(body)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors).toEqual([{ path: 'body', message: 'is not UTF-8' }])
    }
    expect((await send(valid)).json.metadata).toEqual({ name: 'ü' })
  })

  it('may hold only what the contract knows, so that a misspelt field is not ignored', async () => {
    const feature = await aFeature()
    for (const [field, body] of [
      ['endAt', `{"feature":"${feature}","endAt":"2099-01-01T00:00:00Z"}`],
      ['userId', `{"feature":"${feature}","userId":"u_1"}`],
      ['constructor', `{"feature":"${feature}","constructor":1}`],
      ['__proto__', `{"feature":"${feature}","__proto__":{"trial":true}}`],
    ] as const) {
      const answered = await send(body)
      expectProblem(answered, 400, 'malformed_request')
      expect(JSON.stringify(answered.json.errors)).toContain(field)
    }
  })

  it('names every wrong place at once', async () => {
    const { json } = await send({ feature: 'Not A Key', trial: 'yes', priority: 1.5, endsAt: 'soon' })
    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['body.feature', 'body.trial', 'body.priority', 'body.endsAt']),
    )
  })
})

describe('the type of a body', () => {
  it('is JSON in UTF-8 and nothing else', async () => {
    const body = JSON.stringify({ feature: await aFeature() })
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'application/merge-patch+json',
      'application/json; charset=utf-16',
      'application/json, text/plain',
    ]) {
      expectProblem(await send(body, { 'Content-Type': type }), 415, 'unsupported_media_type')
    }
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
    ]) {
      expect((await send(body, { 'Content-Type': type })).status).toBe(201)
    }
  })

  it('is not guessed when it is left out', async () => {
    const body = new TextEncoder().encode(JSON.stringify({ feature: await aFeature() }))
    expectProblem(await send(body, { 'Content-Type': '' }), 415, 'unsupported_media_type')
  })

  it('may say that it has no encoding', async () => {
    const body = JSON.stringify({ feature: await aFeature() })
    for (const encoding of ['identity', 'Identity']) {
      expect((await send(body, { 'Content-Encoding': encoding })).status).toBe(201)
    }
  })

  it('is told with what to send instead', async () => {
    const wrong = async (headers: Record<string, string>) =>
      (await send(new Uint8Array([123, 125]), headers)).json.detail
    expect(await wrong({ 'Content-Type': 'text/plain' })).toBe(
      'Content-Type is "text/plain": send Content-Type: application/json',
    )
    expect(await wrong({ 'Content-Type': '' })).toBe(
      'There is no Content-Type: send Content-Type: application/json',
    )
    expect(await wrong({ 'Content-Encoding': 'br' })).toBe('Content-Encoding is "br": send the body as it is')
  })

  it('has no encoding: a body that is larger when it is unpacked is not unpacked', async () => {
    const packed = new Blob([await aGrantOf(10 * KIB)]).stream().pipeThrough(new CompressionStream('gzip'))
    const answered = await send(new Uint8Array(await new Response(packed).arrayBuffer()), {
      'Content-Encoding': 'gzip',
    })
    expectProblem(answered, 415, 'unsupported_media_type')
  })
})

describe('the size of a body', () => {
  it('is 64 KiB at most, whether or not its length was told', async () => {
    for (const form of [(text: string) => text, streamed]) {
      expect((await send(form(await aGrantOf(64 * KIB)))).status).toBe(201)
      expectProblem(await send(form(await aGrantOf(64 * KIB + 1))), 413, 'too_large')
      expectProblem(await send(form('x'.repeat(1024 * KIB))), 413, 'too_large')
    }
  })

  it('is measured, not believed', async () => {
    const answered = await send(streamed(await aGrantOf(64 * KIB + 1)), { 'Content-Length': '30' })
    expectProblem(answered, 413, 'too_large')
  })
})
