import { describe, expect, it } from 'vitest'
import { evaluationFailure } from '../../../src/http/answers/evaluation-failure.ts'
import { problemToResponse } from '../../../src/http/answers/problem-to-response.ts'
import { ProblemError } from '../../../src/app/problems/problem-error.ts'
import { aCountingIsolate } from '../../support/a-counting-isolate.ts'
import { MINUTE, SECOND } from '../../support/a-reader.ts'
import { aFeature, aKey, ask, grant, pathOf } from '../../support/api.ts'
import { publishedCatalog } from '../../support/a-changing-catalog.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { everybodysProduct } from '../../support/everybodys-product.ts'
import { anIsolate } from '../../support/isolate.ts'
import { untilPublished } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { evaluate } from './evaluate.ts'
import { expectOfProtocol } from './protocol.ts'

stopTheClock()

/** What an isolate that has never been asked says of a feature: it knows the catalog of now. */
async function said(userId: string, key: string) {
  await untilPublished(userId)
  await publishedCatalog()
  const { status, json } = await evaluate(userId, key, { of: await anIsolate({ CHECK_LOG_SAMPLE: '0' }) })
  return [status, json] as const
}

const at = (ms: number) => new Date(Date.now() + ms).toISOString()

describe('a boolean feature', () => {
  it.each([
    ['no_entitlement', false, null],
    ['granted', true, {}],
    ['in_trial', true, { trial: true, endsAt: MINUTE }],
    ['in_grace', true, { endsAt: SECOND, graceEndsAt: MINUTE }],
    ['not_started', false, { startsAt: MINUTE }],
    ['expired', false, { endsAt: SECOND }],
  ] as const)('is a yes or a no, and why: %s', async (variant, value, terms) => {
    const [userId, feature] = [aUser(), await aFeature()]
    const moments = Object.entries(terms ?? {}).map(([name, told]) => [
      name,
      typeof told === 'number' ? at(told) : told,
    ])
    if (terms !== null) await grant(userId, { feature, ...Object.fromEntries(moments) })
    pass(2 * SECOND)
    const [status, json] = await said(userId, feature)
    expect(status).toBe(200)
    expect(json).toMatchObject({ key: feature, value, reason: 'TARGETING_MATCH', variant })
  })

  it('that is stopped, taken away or switched off is a no, which no default opens', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const granted = await grant(userId, { feature })
    await ask('POST', `${pathOf(granted)}/suspend`, { headers: aKey() })
    expect((await said(userId, feature))[1]).toMatchObject({ value: false, variant: 'suspended' })
    await ask('DELETE', pathOf(granted))
    expect((await said(userId, feature))[1]).toMatchObject({ value: false, variant: 'revoked' })
    await ask('PATCH', `/v4/features/${feature}`, { body: { enabled: false } })
    expect((await said(userId, feature))[1]).toMatchObject({
      value: false,
      reason: 'TARGETING_MATCH',
      variant: 'disabled',
    })
  })

  it('that everybody has is a yes of somebody of whom nothing is recorded', async () => {
    const { keys } = await everybodysProduct([{ type: 'boolean' }])
    const [, json] = await said(aUser(), keys[0] ?? '')
    expect(json).toMatchObject({ value: true, variant: 'granted', metadata: { version: 0 } })
  })
})

describe('a config feature', () => {
  it.each([
    [7, 7],
    [2.5, 2.5],
    [0, 0],
    ['gold', 'gold'],
    ['', ''],
    [true, true],
    [false, false],
    [{ seats: 5 }, { seats: 5 }],
    [{}, {}],
    [null, { value: null }],
    [[1, 'b'], { value: [1, 'b'] }],
    [[], { value: [] }],
  ])('that is allowed is its value, as far as the protocol can say it: %j', async (value, told) => {
    const [userId, feature] = [aUser(), await aFeature('config')]
    await grant(userId, { feature, value })
    const [, json] = await said(userId, feature)
    expect(json).toMatchObject({ key: feature, reason: 'TARGETING_MATCH', variant: 'granted' })
    expect(json.value).toEqual(told)
  })

  it('that is not allowed is no value, so that the caller’s own counts', async () => {
    const [userId, feature] = [aUser(), await aFeature('config')]
    const [, nothing] = await said(userId, feature)
    expect(nothing).toMatchObject({ key: feature, reason: 'DISABLED', variant: 'no_entitlement' })
    expect(nothing).not.toHaveProperty('value')
    const granted = await grant(userId, { feature, value: 7 })
    await ask('DELETE', pathOf(granted))
    const [, revoked] = await said(userId, feature)
    expect(revoked).toMatchObject({ reason: 'DISABLED', variant: 'revoked' })
    expect(revoked).not.toHaveProperty('value')
    await grant(userId, { feature, value: 8 })
    await ask('PATCH', `/v4/features/${feature}`, { body: { enabled: false } })
    const [, off] = await said(userId, feature)
    expect(off).toMatchObject({ reason: 'DISABLED', variant: 'disabled' })
    expect(off).not.toHaveProperty('value')
  })
})

describe('a metered feature', () => {
  it('is whether one may be spent, and what is left as advice', async () => {
    const [userId, feature] = [aUser(), await aFeature('metered')]
    const [, nothing] = await said(userId, feature)
    expect(nothing).toMatchObject({ value: false, reason: 'TARGETING_MATCH', variant: 'no_entitlement' })
    await grant(userId, { feature, amount: 10 })
    const spend = (amount: number) =>
      ask('POST', `/v4/users/${userId}/consumptions`, { headers: aKey(), body: { feature, amount } })
    await spend(3)
    const [, left] = await said(userId, feature)
    expect(left).toMatchObject({ value: true, variant: 'granted', metadata: { remaining: 7 } })
    await spend(7)
    const [, spent] = await said(userId, feature)
    expect(spent).toMatchObject({ value: false, variant: 'limit_reached', metadata: { remaining: 0 } })
  })

  it('that spends another has what is left there', async () => {
    const pool = await aFeature('metered')
    const [userId, feature] = [aUser(), await aFeature('metered', { spends: pool, cost: 5 })]
    await grant(userId, { feature: pool, amount: 12 })
    const [, json] = await said(userId, feature)
    expect(json).toMatchObject({ value: true, metadata: { remaining: 12 } })
  })
})

describe('a key of no feature', () => {
  it.each([
    'nowhere',
    'Export',
    'a/b',
    'a%2Fb',
    'two words',
    'ü',
    '日本',
    '-a',
    'v1.2..',
    '__proto__',
    'constructor',
    '\u0000',
    '%',
    "'",
    '?a=b#c',
    'a'.repeat(65),
    'a'.repeat(2000),
  ])('is not found, and never malformed: %j', async (key) => {
    const { status, json, headers } = await evaluate(aUser(), key)
    expect([status, json.key, json.errorCode]).toEqual([404, key, 'FLAG_NOT_FOUND'])
    expect(json).toMatchObject({ code: 'feature_not_found', requestId: headers.get('X-Request-Id') })
  })

  it('is one that dots and dashes make where there is such a feature', async () => {
    const [userId, key] = [aUser(), `v1.2_${aUser()}`]
    await ask('PUT', `/v4/features/${key}`, { body: { type: 'boolean' } })
    expect((await said(userId, key))[1]).toMatchObject({ key, value: false })
  })
})

describe('what an answer tells besides', () => {
  it('is what a check tells of how fresh it is, in texts and numbers alone, and no cache keeps it', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    await grant(userId, { feature, endsAt: at(MINUTE) })
    await untilPublished(userId)
    await publishedCatalog()
    const of = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
    const { json: check } = await ask('GET', `/v4/users/${userId}/access/${feature}`, { of })
    const { json, headers } = await evaluate(userId, feature, { of })
    const { version, catalogVersion, asOf, nextChangeAt } = check
    expect(json.metadata).toEqual({ version, catalogVersion, asOf, nextChangeAt, source: 'memory' })
    expect(headers.get('Cache-Control')).toBe('private, no-store')
    expect(headers.get('Server-Timing')).toMatch(/^memory;dur=\d+$/)
  })

  it('says that a yes is older than it should be; a no, and whoever is not known, is 503', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    await grant(userId, { feature })
    await untilPublished(userId)
    await publishedCatalog()
    const { of, counted } = await aCountingIsolate()
    await evaluate(userId, feature, { of })
    counted.isCutOff = true
    pass(11 * MINUTE)
    await publishedCatalog()
    expect((await evaluate(userId, feature, { of })).json).toMatchObject({
      value: true,
      metadata: { degraded: true },
    })
    const stranger = await evaluate(aUser(), feature, { of })
    expect([stranger.status, stranger.json.code]).toEqual([503, 'ledger_unavailable'])
    expect(stranger.headers.get('Retry-After')).toBe('1')
  })
})

it('A bug is told as the protocol tells it, and no more than the id of the request', async () => {
  const response = problemToResponse(evaluationFailure(new ProblemError('internal_error'), 'export'), 'req_1')
  const text = await response.text()
  const answered = {
    status: response.status,
    headers: response.headers,
    text,
    json: JSON.parse(text) as unknown,
  }
  expectOfProtocol('one', answered)
  expectOfProtocol('all', answered)
  expect(answered.json).toMatchObject({
    errorCode: 'GENERAL',
    errorDetails: 'Something is wrong with the ledger',
    requestId: 'req_1',
  })
})
