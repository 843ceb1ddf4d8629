import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/contract/operations/openapi.ts'
import { PROBLEMS } from '../../src/contract/problems/problems.ts'
import { Readiness } from '../../src/app/service/readiness.ts'
import { UnchangingDocument } from '../../src/http/answers/unchanging-document.ts'
import { ask } from '../support/api.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

describe('/healthz', () => {
  it('says that the Worker answers, whatever is wrong behind it', async () => {
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } })
    const of = await anIsolate({ DB: aBrokenD1('D1_ERROR: Network connection lost.') })
    expect((await ask('GET', '/healthz', { of })).status).toBe(200)
  })
})

describe('/readyz', () => {
  it('says that D1, KV and the configuration are there', async () => {
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, json: { status: 'ready' } })
  })

  it('warns of a database that fills, and no more once something was deleted', async () => {
    stopTheClock()
    const user = aUser()
    const text = 'x'.repeat(800_000)
    await env.DB.prepare(`INSERT INTO notes (user_id, seq, salt, json) VALUES (?, 1, '', ?)`)
      .bind(user, text)
      .run()
    const of = await anIsolate({ DATABASE_MAX_MB: '1' })
    const { status, json } = await ask('GET', '/readyz', { of })
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { status: 'ready', warnings: [expect.stringMatching(/^The database is [0-9]+ % full/)] },
    })
    await env.DB.prepare('DELETE FROM notes WHERE user_id = ?').bind(user).run()
    pass(5000)
    expect((await ask('GET', '/readyz', { of })).json).toEqual({ status: 'ready', warnings: [] })
  })

  it('says that one of them is not, and keeps to itself what it said', async () => {
    const failingKv = { get: () => Promise.reject(new Error('KV GET failed: 500 inner-host-7')) }
    for (const bindings of [
      { DB: aBrokenD1('D1_ERROR: inner-host-7') },
      { DB: undefined },
      { KV: failingKv },
    ]) {
      const answered = await ask('GET', '/readyz', { of: await anIsolate(bindings) })
      expectProblem(answered, 503, 'ledger_unavailable')
      expect(answered.headers.get('Retry-After')).toBe('1')
      expect(answered.text).not.toContain('inner-host')
    }
  })
})

describe('/readyz, asked as often as anybody likes', () => {
  it('looks once in five seconds, and tells of what has failed or recovered since with the next look', async () => {
    let [now, looks, isDown] = [0, 0, false]
    const look = async () => {
      looks += 1
      await Promise.resolve()
      if (isDown) throw new Error('D1 is down')
    }
    const readiness = new Readiness({ look, now: () => now, waitUntil: () => undefined })
    const asked = async (times = 20) =>
      new Set(await Promise.all(Array.from({ length: times }, () => readiness.look())))
    expect(await asked()).toEqual(new Set(['ready']))
    isDown = true
    now = 4999
    expect(await asked()).toEqual(new Set(['ready']))
    expect(looks).toBe(1)
    now = 5000
    expect(await asked()).toEqual(new Set(['not_ready']))
    isDown = false
    now = 9999
    expect(await asked()).toEqual(new Set(['not_ready']))
    now = 10_000
    expect(await asked()).toEqual(new Set(['ready']))
    expect(looks).toBe(3)
  })
})

describe('a Worker that is not configured', () => {
  it('is not ready with keys that are none: no token could be verified', async () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }
    const of = await anIsolate({ JWT_JWKS: JSON.stringify({ keys: [key] }) })
    expectProblem(await ask('GET', '/readyz', { of }), 503, 'misconfigured')
    expectProblem(await ask('GET', '/v4/users/u/access/export', { of }), 503, 'misconfigured')
  })

  it('is refused at its start with a secret that anybody guesses, by the name of the variable alone', async () => {
    const of = await anIsolate({ WEBHOOK_SECRETS_REVENUECAT: 'Bearer a-long-enough-one,x' })
    const answered = await ask('GET', '/readyz', { of })
    expectProblem(answered, 503, 'misconfigured')
    expect(answered.json.detail).toMatch(/^WEBHOOK_SECRETS_REVENUECAT/)
    expect(answered.text).not.toContain('a-long-enough-one')
  })

  it('serves nothing, and names what it lacks', async () => {
    const of = await anIsolate({ JWT_AUDIENCE: undefined, LEDGER_EPOCH: '0' })
    for (const path of ['/v4/features', '/healthz', '/readyz', '/docs']) {
      const answered = await ask('GET', path, { of })
      expectProblem(answered, 503, 'misconfigured')
      expect(answered.json.detail).toContain('JWT_AUDIENCE is missing')
      expect(answered.json.detail).toContain('LEDGER_EPOCH')
      expect(answered.headers.get('Retry-After')).toBeNull() // waiting does not configure it
    }
  })
})

describe('/openapi.json', () => {
  it('is the document that is made of the contract', async () => {
    const { status, text } = await ask('GET', '/openapi.json')
    expect(status).toBe(200)
    expect(text).toBe(JSON.stringify(openApiDocument()))
  })

  it('is not sent again to who has it', async () => {
    const { headers } = await ask('GET', '/openapi.json')
    const etag = headers.get('ETag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(headers.get('Cache-Control')).toBe('public, max-age=300')
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask('GET', '/openapi.json', { headers: { 'If-None-Match': known } })
      expect(again).toMatchObject({ status: 304, text: '' })
      expect(again.headers.get('ETag')).toBe(etag)
    }
    const other = await ask('GET', '/openapi.json', { headers: { 'If-None-Match': '"other"' } })
    expect(other.status).toBe(200)
  })
})

it('A document is waited for by nobody else where who asked first has gone, and made anew where that failed', async () => {
  const never = new Promise<object>(() => {})
  const made = [() => never, () => Promise.reject(new Error('not now')), () => ({ keys: [] })]
  const document = new UnchangingDocument(() => made.shift()?.() ?? expect.unreachable())
  void document.answer(undefined)
  await expect(document.answer(undefined)).rejects.toThrow('not now')
  for (let time = 0; time < 2; time += 1) {
    expect(await (await document.answer(undefined)).json()).toEqual({ keys: [] })
  }
})

describe('the pages for people', () => {
  it.each(['/docs', '/docs/problems'])('load nothing from another host: %s', async (path) => {
    const { status, headers, text } = await ask('GET', path)
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toMatch(/^text\/html; charset=utf-8$/i)
    expect(text).toMatch(/^<!doctype html>/i)
    expect(text).not.toMatch(/https?:/i)
    expect(text).not.toMatch(/<script(?![^>]* src=)/)
    expect(headers.get('Content-Security-Policy')).toMatch(/script-src 'self';/)
    const referred = [...text.matchAll(/(?:src|href|url)\s*[=:(]\s*["']([^"']*)["']/g)].map(([, to]) => to)
    expect(referred.length).toBeGreaterThan(0)
    for (const to of referred) expect(to).toMatch(/^(\/(?!\/)|data:)/)
  })

  it('explain every problem at the address that its answers name', async () => {
    const { text } = await ask('GET', '/docs/problems')
    for (const [code, { title, help }] of Object.entries(PROBLEMS)) {
      expect(text).toContain(`id="${code}"`)
      expect(text).toContain(`<strong>${title}.</strong>`)
      expect(text).toContain(help.split(/[`&<>]/)[0])
    }
  })

  it('show the document of this Worker', async () => {
    expect((await ask('GET', '/docs')).text).toContain('src="/docs-ui/docs-ui.js"')
  })
})
