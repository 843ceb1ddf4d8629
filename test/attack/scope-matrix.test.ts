import { describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/contract/scopes.ts'
import { grant, aFeature } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { documentedOperations } from './documented-operations.ts'
import { aWatchedIsolate, cameIn, tryOperation } from './try-operation.ts'

const guarded = documentedOperations.filter(({ scope }) => scope !== null)
const ofUsers = guarded.filter(({ path }) => path.includes('{userId}'))

const kept = await aWatchedIsolate()

function keptUnless(isMeantToEnter: boolean) {
  return isMeantToEnter ? undefined : kept
}

it('The document says of every operation who may', () => {
  expect(guarded.length).toBeGreaterThan(25)
  expect(new Set(guarded.map(({ scope }) => scope))).toEqual(new Set(SCOPES))
  const open = documentedOperations.filter(({ scope }) => scope === null).map(({ path }) => path)
  expect(open).toEqual([
    '/.well-known/jwks.json',
    '/healthz',
    '/readyz',
    '/openapi.json',
    '/docs',
    '/docs/problems',
    '/webhooks/{provider}',
  ])
})

describe.each(guarded)('$id', (operation) => {
  it.each(SCOPES)('opens to %s alone if that is its scope, and else does nothing', async (scope) => {
    const { answered, used } = await tryOperation(operation, {
      userId: aUser(),
      token: await aToken({ scope }),
      of: keptUnless(scope === operation.scope),
    })
    expect(cameIn(answered)).toBe(scope === operation.scope)
    if (scope === operation.scope) return
    expectProblem(answered, 403, 'forbidden')
    expect(answered.json.scope).toBe(operation.scope)
    expect(used).toEqual([])
  })
})

describe.each(ofUsers)('$id, asked by a token that speaks for one user,', (operation) => {
  it('is never about another, and does not tell whether there is one', async () => {
    const [sub, another] = [aUser(), aUser()]
    await grant(another, { feature: await aFeature() })
    const token = await aToken({ sub, scope: '' })
    const texts = new Set<string>()
    for (const userId of [
      another,
      aUser(),
      sub.toUpperCase(),
      `${sub}x`,
      sub.slice(0, -1),
      `${sub}|`,
      '__proto__',
    ]) {
      const { answered, used } = await tryOperation(operation, { userId, token, of: kept })
      expectProblem(answered, 403, 'forbidden')
      expect(used).toEqual([])
      texts.add(answered.text)
    }
    expect(texts.size).toBe(1)
    const own = await tryOperation(operation, { userId: sub, token, of: keptUnless(operation.isForSelf) })
    expect(cameIn(own.answered)).toBe(operation.isForSelf)
  })

  it('is about nobody where it has any scope at all, though it has not the right one', async () => {
    const sub = aUser()
    const scope = SCOPES.filter((one) => one !== operation.scope).join(' ')
    const token = await aToken({ sub, scope })
    const { answered, used } = await tryOperation(operation, { userId: sub, token, of: kept })
    expectProblem(answered, 403, 'forbidden')
    expect(used).toEqual([])
  })
})
