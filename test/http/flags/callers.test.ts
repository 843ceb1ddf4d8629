import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { used } from '../../attack/watched.ts'
import { aWatchedIsolate } from '../../attack/try-operation.ts'
import { type Answered, aFeature, grant } from '../../support/api.ts'
import { anIsolate } from '../../support/isolate.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { aConfinedToken, BOTH_ISSUERS, confined, PREFIX } from '../a-confined-isolate.ts'
import { type Asking, evaluate, evaluateAll } from './evaluate.ts'

const BOTH: readonly (readonly [string, (userId: string, asking: Asking) => Promise<Answered>])[] = [
  ['one flag', (userId, asking) => evaluate(userId, 'export', asking)],
  ['all flags', evaluateAll],
]

const watched = await aWatchedIsolate()
const watchedBoth = await aWatchedIsolate(BOTH_ISSUERS)

const cameIn = ({ status }: Answered) => status === 200 || status === 404

describe.each(BOTH)('who asks for %s', (_what, send) => {
  it('has a token', async () => {
    const answered = await send(aUser(), { token: null })
    expectProblem(answered, 401, 'unauthenticated')
  })

  it('has the scope of checks, or none and is told of their own user', async () => {
    const [own, other] = [aUser(), aUser()]
    await grant(other, { feature: await aFeature() })
    expect(cameIn(await send(other, { token: await aToken({ scope: 'access:check' }) }))).toBe(true)
    const lacking = await aToken({ sub: own, scope: 'entitlements:read' })
    expectProblem(await send(own, { token: lacking }), 403, 'forbidden')
    const token = await aToken({ sub: own, scope: '' })
    expect(cameIn(await send(own, { token }))).toBe(true)
    const texts = new Set<string>()
    for (const userId of [other, aUser(), own.toUpperCase(), `${own}x`, own.slice(0, -1), '__proto__']) {
      used.length = 0
      const headers = { 'X-Request-Id': 'req_same' }
      const answered = await send(userId, { token, of: watched, headers })
      expectProblem(answered, 403, 'forbidden')
      expect(used).toEqual([])
      texts.add(answered.text)
    }
    expect(texts.size).toBe(1)
  })

  it('is confined to users under the prefix of the issuer', async () => {
    const token = await aConfinedToken()
    expect(cameIn(await send(`${PREFIX}${aUser()}`, { token, of: confined }))).toBe(true)
    for (const userId of ['jane', PREFIX, `Acme:${aUser()}`, 'acme%3Ajane', `x${PREFIX}jane`]) {
      used.length = 0
      expectProblem(await send(userId, { token, of: watchedBoth }), 403, 'forbidden')
      expect(used).toEqual([])
    }
    const sub = aUser()
    const own = await aConfinedToken({ sub, scope: '', claims: { org_id: 'team' } })
    for (const userId of [`${PREFIX}${sub}`, `${PREFIX}team`]) {
      expect(cameIn(await send(userId, { token: own, of: confined }))).toBe(true)
    }
    expectProblem(await send(`${PREFIX}${aUser()}`, { token: own, of: confined }), 403, 'forbidden')
  })

  it('is bounded as who reads, where that is bound, and else not', async () => {
    const limit = { RATE_LIMIT_READS: env.TEST_RATE_LIMIT_READS, CHECK_LOG_SAMPLE: '0' }
    const [of, token] = [await anIsolate(limit), await aToken({ sub: aUser() })]
    const answers: Answered[] = []
    for (let tries = 0; tries < 7; tries += 1) answers.push(await send(aUser(), { of, token }))
    const refused = answers.find(({ status }) => status === 429)
    expectProblem(refused ?? expect.unreachable(), 429, 'rate_limited')
    expect(refused?.headers.get('Retry-After')).toBe('60')
    const writes = await anIsolate({ RATE_LIMIT_WRITES: env.TEST_RATE_LIMIT_WRITES, CHECK_LOG_SAMPLE: '0' })
    for (let tries = 0; tries < 7; tries += 1) {
      expect(cameIn(await send(aUser(), { of: writes, token }))).toBe(true)
    }
  })
})
