import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAny, firstToAllow } from '../../../src/app/checks/check-any.ts'
import { ProblemError } from '../../../src/app/problems/problem-error.ts'
import { REASONS, type Reason } from '../../../src/domain/entitlements/state.ts'
import { LedgerUnavailable } from '../../../src/edge/refusals.ts'
import { aBinding, thrownBy } from '../../rpc/bindings.ts'
import { aCountingIsolate, aKnownPair } from '../../support/a-counting-isolate.ts'
import { aReader } from '../../support/a-reader.ts'
import { aFeature, ask, grant } from '../../support/api.ts'
import { stopTheClock } from '../../support/clock.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

stopTheClock()

/** What is known of a user: why they may or may not, or that nothing is. */
type Known = Reason | 'unknown'

const ALLOWING: readonly Known[] = ['granted', 'in_trial', 'in_grace', 'overage']

function readingOf(known: Known): PromiseSettledResult<never> {
  if (known === 'unknown') return { status: 'rejected', reason: new LedgerUnavailable('No answer') }
  const answer = { allowed: ALLOWING.includes(known), reason: known, entitlements: [], nextChangeAt: null }
  const reading = { answer, version: 1, catalogVersion: 1, asOf: 0, source: 'kv', degraded: false }
  return { status: 'fulfilled', value: reading as never }
}

describe('what is answered of several users', () => {
  it('is the first yes, else that one is not known, else the nearest miss, of equal ones the first', () => {
    const aKnown = fc.constantFrom<Known>(...REASONS, 'unknown')
    fc.assert(
      fc.property(fc.array(aKnown, { minLength: 1, maxLength: 5 }), (all) => {
        const users = all.map((_known, place) => `u_${place}`)
        const answered = () => firstToAllow(users, 'export', all.map(readingOf))
        const [nearest = 'unknown'] = REASONS.filter((reason) => all.includes(reason))
        const yes = all.findIndex((known) => ALLOWING.includes(known))
        if (yes === -1 && all.includes('unknown')) {
          expect(answered).toThrow(ProblemError)
        } else {
          const said = yes === -1 ? all.indexOf(nearest) : yes
          expect(answered()).toMatchObject({ userId: `u_${said}`, reason: all[said] })
        }
      }),
    )
  })
})

const path = (feature: string, users: readonly string[], more = '') =>
  `/v4/access/${feature}?${users.map((userId) => `anyOf=${encodeURIComponent(userId)}`).join('&')}${more}`

describe('GET /v4/access/{feature}', () => {
  it('answers as a check of the first who may, whose right it was', async () => {
    const { userId, feature } = await aKnownPair()
    const other = 'jane,doe&co=1'
    const alone = await ask('GET', `/v4/users/${userId}/access/${feature}?consistency=strong`)
    for (const users of [[userId], [other, userId], [other, aUser(), userId, aUser()]]) {
      const { status, json } = await ask('GET', path(feature, users, '&consistency=strong'))
      expect([status, json]).toEqual([200, alone.json])
    }
    const nobody = await ask('GET', path(feature, [other, aUser()], '&consistency=strong'))
    expect(nobody.json).toMatchObject({ userId: other, allowed: false, reason: 'no_entitlement' })
  })

  it('answers the nearest miss where nobody may, whose right that is', async () => {
    const [none, over, feature] = [aUser(), aUser(), await aFeature()]
    await grant(over, { feature, endsAt: '2020-01-01T00:00:00Z' })
    const { json } = await ask('GET', path(feature, [none, over], '&consistency=strong'))
    expect(json).toMatchObject({ userId: over, allowed: false, reason: 'expired' })
  })

  it('gives a yes though another is not known, and else the problem', async () => {
    const { userId, feature } = await aKnownPair()
    const { of, counted } = await aCountingIsolate()
    counted.isCutOff = true
    const yes = await ask('GET', path(feature, [aUser(), userId]), { of })
    expect(yes.json).toMatchObject({ userId, allowed: true, source: 'kv' })
    expectProblem(await ask('GET', path(feature, [aUser(), aUser()]), { of }), 503, 'ledger_unavailable')
    expectProblem(await ask('GET', path('unheard-of', [userId, aUser()]), { of }), 503, 'ledger_unavailable')
  })

  it('asks KV once for those who are cold, memory for who is not, and nobody behind a yes that is remembered', async () => {
    const [mine, ours] = [await aKnownPair(), await aKnownPair()]
    const { of, asked, questionsForMany } = await aCountingIsolate()
    const users = [ours.userId, mine.userId]
    expect((await ask('GET', path(mine.feature, users), { of })).json).toMatchObject({ userId: mine.userId })
    expect([asked()[0], questionsForMany()]).toEqual([2, 1])
    const before = asked()
    expect((await ask('GET', path(mine.feature, [mine.userId, aUser()]), { of })).json).toMatchObject({
      userId: mine.userId,
      source: 'memory',
    })
    expect(asked()).toEqual(before)
  })

  it('waits for nobody behind a yes', async () => {
    const { userId, feature } = await aKnownPair()
    const { reader } = aReader({ ask: () => new Promise(() => {}), freshness: { checkTimeoutMs: 60_000 } })
    const check = await checkAny(reader, [userId, aUser()], feature, {})
    expect(check).toMatchObject({ userId, allowed: true, source: 'kv' })
  })

  it.each<[string, string, string]>([
    [
      'six users',
      path(
        'x',
        Array.from({ length: 6 }, () => aUser()),
      ),
      'query.anyOf',
    ],
    ['a user twice', path('x', ['a', 'b', 'a']), 'query.anyOf.2'],
    ['none', '/v4/access/x', 'query.anyOf'],
    ['no id', path('x', ['two words']), 'query.anyOf.0'],
    ['a version of one user', path('x', ['a', 'b'], '&minVersion=1'), 'query.minVersion'],
    ['a misspelt parameter', path('x', ['a'], '&maxage=1'), 'query'],
  ])('refuses what is wrong in its place: %s', async (_what, at, place) => {
    const answered = await ask('GET', at)
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors.map((error: { path: string }) => error.path)).toEqual([place])
  })
})

describe('one of many checks', () => {
  it('may name several users, beside others that name one', async () => {
    const [mine, ours] = [await aKnownPair(), await aKnownPair()]
    const { feature } = ours
    const checks = [
      { anyOf: [mine.userId, ours.userId], feature },
      { userId: mine.userId, feature },
      { anyOf: [aUser(), mine.userId], feature },
      { userId: ours.userId, feature },
    ]
    const { json } = await ask('POST', '/v4/checks', { body: { checks, consistency: 'strong' } })
    const told = json.results.map(({ userId, allowed }: Record<string, unknown>) => [userId, allowed])
    expect(told).toEqual([
      [ours.userId, true],
      [mine.userId, false],
      [checks[2]?.anyOf?.[0], false],
      [ours.userId, true],
    ])
  })

  it('is refused in its place where it names users wrongly', async () => {
    const { userId, feature } = await aKnownPair()
    const six = Array.from({ length: 6 }, () => aUser())
    const checks = [
      { anyOf: six, feature },
      { anyOf: [userId, userId], feature },
      { anyOf: [], feature },
      { anyOf: [userId], userId, feature },
      { anyOf: [userId], minVersion: 1, feature },
      { feature },
      { anyOf: [aUser(), userId], feature },
    ]
    const { json } = await ask('POST', '/v4/checks', { body: { checks, consistency: 'strong' } })
    const places = json.results.map(
      ({ errors, allowed }: { errors?: { path: string }[]; allowed?: boolean }) =>
        errors === undefined ? allowed : errors.map((error) => error.path).join(' '),
    )
    expect(places).toEqual([
      'body.checks.0.anyOf',
      'body.checks.1.anyOf.1',
      'body.checks.2.anyOf',
      'body.checks.3.userId',
      'body.checks.4.minVersion',
      'body.checks.5.userId',
      true,
    ])
  })

  it('does not let a request ask for more than a hundred users', async () => {
    const fives = (length: number) =>
      Array.from({ length }, (_, at) => ({
        anyOf: [0, 1, 2, 3, 4].map((place) => `u_${at}_${place}`),
        feature: 'x',
      }))
    const answered = await ask('POST', '/v4/checks', { body: { checks: fives(21) } })
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors).toEqual([{ path: 'body.checks', message: 'name more than 100 users' }])
    // The same users again are no more of them.
    const { status } = await ask('POST', '/v4/checks', { body: { checks: [...fives(20), ...fives(20)] } })
    expect(status).toBe(200)
  })
})

describe('over a binding', () => {
  it('a check of several users is answered as over HTTP, and refused as there', async () => {
    const { userId, feature } = await aKnownPair()
    const other = aUser()
    const over = await ask('GET', path(feature, [other, userId], '&consistency=strong'))
    expect(await aBinding().check({ anyOf: [other, userId], feature, consistency: 'strong' })).toEqual(
      over.json,
    )
    const { results } = await aBinding().checkMany({
      checks: [{ anyOf: [other, userId], feature }],
      consistency: 'strong',
    })
    expect(results).toEqual([over.json])
    for (const [asked, place] of [
      [{ anyOf: [userId, userId], feature }, 'input.anyOf.1'],
      [{ anyOf: [userId], feature, minVersion: 1 }, 'input.minVersion'],
      [{ anyOf: [userId], userId, feature }, 'input'],
      [{ anyOf: userId, feature }, 'input.anyOf'],
    ] as const) {
      const { problem } = await thrownBy(aBinding().check(asked as never))
      expect(problem).toMatchObject({ code: 'malformed_request' })
      expect((problem['errors'] as { path: string }[])[0]?.path).toBe(place)
    }
  })
})
