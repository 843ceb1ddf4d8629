import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/contract/scopes.ts'
import { type Answered, ask, grant, aFeature } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { type DocumentedOperation, documentedOperations } from './documented-operations.ts'
import { sampleOf } from './sample-of.ts'
import { used, watched, watchedBody } from './watched.ts'

const guarded = documentedOperations.filter(({ scope }) => scope !== null)
const ofUsers = guarded.filter(({ path }) => path.includes('{userId}'))

// Nobody comes in here, so that whatever is used was used for somebody who may not.
const kept = await anIsolate({
  DB: watched('DB', env.DB),
  KV: watched('KV', env.KV),
  USERS: watched('USERS', env.USERS),
  CHECK_LOG_SAMPLE: '0',
})

/** Asks what can be asked, and says what the Worker used to answer it. */
async function tried(
  { method, path, parameters, body }: DocumentedOperation,
  { userId, token, isMeantToEnter = false }: { userId: string; token: string; isMeantToEnter?: boolean },
) {
  const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? {}
    return encodeURIComponent(String(sampleOf(schema, { UserId: [userId] })))
  })
  const text = body === null ? undefined : watchedBody(JSON.stringify(sampleOf(body, { UserId: [userId] })))
  const headers = { 'X-Request-Id': 'req_matrix', 'Idempotency-Key': crypto.randomUUID() }
  used.length = 0
  const answered = await ask(method, named, {
    token,
    body: text,
    headers,
    ...(isMeantToEnter ? {} : { of: kept }),
  })
  return { answered, used: [...used] }
}

function cameIn({ status }: Answered): boolean {
  return status !== 401 && status !== 403
}

it('The document says of every operation who may', () => {
  expect(guarded.length).toBeGreaterThan(25)
  expect(new Set(guarded.map(({ scope }) => scope))).toEqual(new Set(SCOPES))
  const open = documentedOperations.filter(({ scope }) => scope === null).map(({ path }) => path)
  expect(open).toEqual([
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
    const { answered, used } = await tried(operation, {
      userId: aUser(),
      token: await aToken({ scope }),
      isMeantToEnter: scope === operation.scope,
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
      const { answered, used } = await tried(operation, { userId, token })
      expectProblem(answered, 403, 'forbidden')
      expect(used).toEqual([])
      texts.add(answered.text)
    }
    expect(texts.size).toBe(1)
    const own = await tried(operation, { userId: sub, token, isMeantToEnter: operation.isForSelf })
    expect(cameIn(own.answered)).toBe(operation.isForSelf)
  })

  it('is about nobody where it has any scope at all, though it has not the right one', async () => {
    const sub = aUser()
    const scope = SCOPES.filter((one) => one !== operation.scope).join(' ')
    const { answered, used } = await tried(operation, { userId: sub, token: await aToken({ sub, scope }) })
    expectProblem(answered, 403, 'forbidden')
    expect(used).toEqual([])
  })
})
