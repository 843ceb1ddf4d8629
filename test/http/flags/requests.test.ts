import { describe, expect, it } from 'vitest'
import { type Answered, aFeature, ask, grant } from '../../support/api.ts'
import { gatherTheLog, lines, loggedDuring } from '../../support/logged.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aUser } from '../../support/user.ts'
import { type Asking, evaluate, evaluateAll } from './evaluate.ts'

gatherTheLog()

/** Both operations: what is wrong with a request is told alike. */
const BOTH: readonly (readonly [string, (asking: Asking) => Promise<Answered>])[] = [
  ['one flag', (asking) => evaluate('', 'export', asking)],
  ['all flags', (asking) => evaluateAll('', asking)],
]

const named = (targetingKey: unknown) => ({ context: { targetingKey } })

describe.each(BOTH)('the request for %s', (what, send) => {
  async function expectFailure(asking: Asking, errorCode: string, errorDetails: RegExp): Promise<void> {
    const { status, json } = await send(asking)
    expect([status, json.errorCode, json.code]).toEqual([400, errorCode, 'malformed_request'])
    expect(json.errorDetails).toMatch(errorDetails)
    expect(json.key).toBe(what === 'one flag' ? 'export' : undefined)
  }

  it.each([[{}], [{ email: 'a@example.com' }], [{ targetingKey: null }], [{ targetingKey: '' }]])(
    'has to name a user: %j',
    (context) => expectFailure({ body: { context } }, 'TARGETING_KEY_MISSING', /targetingKey is missing/),
  )

  it.each([
    [named(42), /must be a text, not a number/],
    [named(true), /not true/],
    [named(['u_1']), /not a list/],
    [named({ id: 'u_1' }), /not an object/],
    [named('two words'), /1 to 200 visible ASCII/],
    [named('ü'), /1 to 200 visible ASCII/],
    [named('u'.repeat(201)), /1 to 200 visible ASCII/],
    [named('..'), /may not be/],
    [{}, /context is missing/],
    [{ context: null }, /must be an object, not null/],
    [{ context: [] }, /must be an object, not a list/],
    [{ context: 'u_1' }, /must be an object, not a text/],
  ])('names it as the ledger knows users: %j', (body, words) =>
    expectFailure({ body }, 'INVALID_CONTEXT', words),
  )

  it.each([
    ['', /is empty/],
    ['{', /is not JSON/],
    ['{"context":{"targetingKey":"u_1"},}', /is not JSON/],
    ['[]', /must be an object, not a list/],
    ['null', /must be an object, not null/],
    ['"u_1"', /must be an object, not a text/],
    [new Uint8Array([0x7b, 0xff, 0x7d]), /is not UTF-8/],
    ['['.repeat(8000), /is not JSON/],
  ])('is JSON, and an object: %j', (body, words) => expectFailure({ body }, 'PARSE_ERROR', words))

  it('rests on no version', () =>
    expectFailure({ headers: { 'If-Match': '"1"' }, body: named('u_1') }, 'GENERAL', /if-match/))

  it('may say anything besides, however deep, and none of it counts', async () => {
    const userId = aUser()
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
    for (const more of [
      '"email":"a@example.com"',
      `"deep":${deep}`,
      '"__proto__":{"targetingKey":"admin"}',
      '"targetingkey":"admin"',
      '"n":1e999',
    ]) {
      const body = `{"context":{"targetingKey":"${userId}",${more}},"extra":[1]}`
      const { status } = await send({ body })
      expect(status).toBe(what === 'one flag' ? 404 : 200)
    }
  })

  it('is as long as 16 KiB, however it is sent', async () => {
    const json = JSON.stringify(named(aUser()))
    const fits = `${json}${' '.repeat(16 * 1024 - json.length)}`
    expect((await send({ body: fits })).status).toBeLessThan(405)
    const { status, json: problem } = await send({ body: `${fits} ` })
    expect([status, problem.code]).toEqual([413, 'too_large'])
    const streamed = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let n = 0; n < 5; n += 1) controller.enqueue(new TextEncoder().encode(' '.repeat(4000)))
        controller.close()
      },
    })
    expect((await send({ body: streamed })).status).toBe(413)
  })

  it('is of the type of JSON, with or without its charset', async () => {
    const body = JSON.stringify(named(aUser()))
    for (const type of ['application/json; charset=utf-8', 'application/json;charset=UTF-8']) {
      expect((await send({ body, headers: { 'Content-Type': type } })).status).toBeLessThan(405)
    }
    expect((await send({ body, headers: { 'Content-Type': 'text/plain' } })).status).toBe(415)
  })

  it('leaves nothing of its context in the log, and of the user a hash', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    await grant(userId, { feature })
    const of = await anIsolate({ CHECK_LOG_SAMPLE: '1' })
    const secret = `secret-${crypto.randomUUID()}`
    const logged = await loggedDuring(async () => {
      await send({ of, body: { context: { targetingKey: userId, email: secret } } })
      await send({ of, body: { context: { targetingKey: `${secret} ${secret}`, email: secret } } })
    })
    expect(logged).toContainEqual(
      expect.objectContaining({
        event: 'answered',
        operation: what === 'one flag' ? 'evaluateFlag' : 'evaluateFlags',
      }),
    )
    expect(lines.filter((line) => line.includes(secret) || line.includes(userId))).toEqual([])
  })
})

it('What an event stream would have told is let through', async () => {
  const body = named(aUser())
  for (const query of ['flagConfigEtag=550e8400', 'flagConfigLastModified=1771622898']) {
    expect((await ask('POST', `/ofrep/v1/evaluate/flags?${query}`, { body })).status).toBe(200)
  }
  for (const query of ['fresh=1', 'consistency=strong']) {
    const { status, json } = await ask('POST', `/ofrep/v1/evaluate/flags?${query}`, { body })
    expect([status, json.errorCode]).toEqual([400, 'GENERAL'])
  }
})
