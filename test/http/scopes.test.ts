import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { SCOPES } from '../../src/contract/scopes.ts'
import { ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

const operations = Object.entries<Operation>(OPERATIONS)

const scoped = operations.flatMap(([id, { method, path, who }]) =>
  who.type === 'anyone' ? [] : [{ id, method: method.toUpperCase(), path, scope: who.scope, type: who.type }],
)

function pathFor(template: string, userId: string): string {
  return template
    .replace('{userId}', userId)
    .replace('{entitlementId}', `ent_${'0'.repeat(32)}`)
    .replace('{consumptionId}', 'con_1')
    .replace('{reservationId}', 'res_1')
    .replaceAll(/\{(feature|key|productId|provider|customerId|id)\}/g, 'export')
}

/** Whether a request came past the door: what it finds behind it does not matter here. */
function cameIn({ status }: { status: number }): boolean {
  return status !== 401 && status !== 403
}

describe.each(scoped)('$id', ({ method, path: template, scope, type }) => {
  it('is for nobody without a token, and says how to come with one', async () => {
    const answered = await ask(method, pathFor(template, aUser()), { token: null })
    expectProblem(answered, 401, 'unauthenticated')
    expect(answered.headers.get('WWW-Authenticate')).toMatch(/^Bearer/)
    expect(answered.headers.get('Cache-Control') ?? '').not.toContain('public')
  })

  it('is not for a token with every scope but the one it needs, and names that', async () => {
    const sub = aUser()
    const token = await aToken({ sub, scope: SCOPES.filter((other) => other !== scope).join(' ') })
    const answered = await ask(method, pathFor(template, sub), { token })
    expectProblem(answered, 403, 'forbidden')
    expect(answered.json.scope).toBe(scope)
    expect(answered.headers.get('WWW-Authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="${scope}"`,
    )
  })

  it('is for a token with that one scope, whoever it speaks for', async () => {
    const token = await aToken({ scope })
    expect(cameIn(await ask(method, pathFor(template, aUser()), { token }))).toBe(true)
  })

  it(`is ${type === 'scope' ? 'not ' : ''}for a token without scopes that asks for its own subject`, async () => {
    const sub = aUser()
    const token = await aToken({ sub, scope: '' })
    expect(cameIn(await ask(method, pathFor(template, sub), { token }))).toBe(type !== 'scope')
  })

  // What names no user in its path says itself of whom it tells.
  if (type === 'scope_or_theirs') return
  it('is not for a token without scopes that asks for somebody else', async () => {
    const token = await aToken({ scope: '' })
    expectProblem(await ask(method, pathFor(template, aUser()), { token }), 403, 'forbidden')
  })
})

describe('what is for anyone', () => {
  const open = operations.filter(([, { who }]) => who.type === 'anyone').map(([, { path }]) => path)

  it('is the service itself and its documents, and nothing of any user', () => {
    expect(open.toSorted()).toEqual([
      '/.well-known/jwks.json',
      '/docs',
      '/docs/problems',
      '/healthz',
      '/openapi.json',
      '/readyz',
    ])
  })

  it.each(open)('asks for no token, and minds none: %s', async (path) => {
    for (const token of [null, 'not-a-token']) expect((await ask('GET', path, { token })).status).toBe(200)
  })
})

describe('a token without scopes', () => {
  it('reads its own and changes nothing of it', async () => {
    const sub = aUser()
    const token = await aToken({ sub, scope: '' })
    expect((await ask('GET', `/v4/users/${sub}/access/export`, { token })).json.allowed).toBe(false)
    expect((await ask('GET', `/v4/users/${sub}/entitlements`, { token })).json.items).toEqual([])
    for (const other of [sub.toUpperCase(), `${sub}x`, encodeURIComponent(`${sub}|`)]) {
      expectProblem(await ask('GET', `/v4/users/${other}/entitlements`, { token }), 403, 'forbidden')
    }
  })
})
