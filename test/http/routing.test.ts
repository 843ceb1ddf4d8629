import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { aFeature, ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

/** A path of a template, of which every part could be. */
function examplePath(template: string): string {
  return template
    .replace('{userId}', aUser())
    .replace('{entitlementId}', `ent_${'0'.repeat(32)}`)
    .replaceAll(/\{(feature|key|productId|provider|customerId|id)\}/g, 'export')
}

const templates = [...new Set(Object.values(OPERATIONS).map(({ path }) => path))]

describe('an address that is none', () => {
  it('is not found, with or without a token', async () => {
    for (const path of [
      '/v4',
      '/v4/',
      '/v5/features',
      '/v4/features/',
      '/v4/features/a/b',
      '//v4/features',
      '/V4/features',
      '/v4/users',
      '/v4/users/u_1',
      '/v4/users/u_1/nothing',
      '/healthz/',
      '/.env',
      '/wp-login.php',
    ]) {
      expectProblem(await ask('GET', path), 404, 'not_found')
      expectProblem(await ask('POST', path, { token: null, body: {} }), 404, 'not_found')
    }
  })
})

describe('an address that does not take a method', () => {
  it.each(templates)('says which it takes: %s', async (template) => {
    const takes = Object.values(OPERATIONS)
      .filter(({ path }) => path === template)
      .map(({ method }) => method.toUpperCase())
    const allowed = (takes.includes('GET') ? [...takes, 'HEAD'] : takes).toSorted().join(', ')
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      if (takes.includes(method)) continue
      const answered = await ask(method, examplePath(template))
      expectProblem(answered, 405, 'method_not_allowed')
      expect([method, answered.headers.get('Allow')]).toEqual([method, allowed])
    }
  })
})

describe('HEAD', () => {
  it('answers what GET would, without a body', async () => {
    const feature = await aFeature()
    for (const path of [`/v4/features/${feature}`, '/healthz', '/docs', '/v4/nothing']) {
      const [get, head] = [await ask('GET', path), await ask('HEAD', path)]
      expect([head.status, head.text]).toEqual([get.status, ''])
      for (const name of ['Content-Type', 'ETag']) expect(head.headers.get(name)).toBe(get.headers.get(name))
    }
    expect((await ask('HEAD', `/v4/features/${feature}`, { token: null })).status).toBe(401)
  })

  it('is not taken where GET is not', async () => {
    const { status, headers } = await ask('HEAD', '/v4/checks')
    expect([status, headers.get('Allow')]).toEqual([405, 'POST'])
  })
})

describe('a query', () => {
  const gets = Object.values<Operation>(OPERATIONS).filter(({ method }) => method === 'get')
  const [open, guarded] = [true, false].map((isOpen) =>
    gets.filter(({ who }) => isOpen === (who.type === 'anyone')),
  )

  it('of an open page may hold anything: monitors and browsers append what they like', async () => {
    for (const { path } of open ?? []) expect((await ask('GET', `${path}?fresh=1`)).status).toBe(200)
  })

  it.each(guarded?.map(({ path }) => path) ?? [])(
    'holds no parameter that is not known: %s',
    async (template) => {
      for (const name of ['fresh', 'constructor', 'Limit', 'a%00', '%ff']) {
        expectProblem(await ask('GET', `${examplePath(template)}?${name}=1`), 400, 'malformed_request')
      }
    },
  )

  it('names a parameter once, because nobody can say which of two is meant', async () => {
    const user = `/v4/users/${aUser()}`
    for (const path of [
      '/v4/features?limit=1&limit=2',
      '/v4/features?limit=1&limit=1',
      `${user}/entitlements?state=active&state=revoked`,
      `${user}/access/export?consistency=cached&consistency=strong`,
      `${user}/ledger?order=oldest&order=newest`,
      '/v4/entitlements?feature=a&feature=b',
    ]) {
      expectProblem(await ask('GET', path), 400, 'malformed_request')
    }
  })

  it('holds values as the contract writes them', async () => {
    const user = `/v4/users/${aUser()}`
    for (const limit of [
      '',
      '0',
      '101',
      '-1',
      '1.5',
      '1e1',
      '+5',
      '%205',
      '0x10',
      '١',
      '99999999999999999999',
    ]) {
      expectProblem(await ask('GET', `/v4/features?limit=${limit}`), 400, 'malformed_request')
    }
    for (const query of [
      'maxAge=-1',
      'maxAge=86401',
      'maxAge=',
      'minVersion=1.5',
      'minVersion=9007199254740992',
    ]) {
      expectProblem(await ask('GET', `${user}/access/export?${query}`), 400, 'malformed_request')
    }
    for (const query of ['consistency=STRONG', 'consistency=']) {
      expectProblem(await ask('GET', `${user}/access?${query}`), 400, 'malformed_request')
    }
    for (const query of ['state=gone', 'feature=%25', 'provider=Api', 'product=', 'cursor=']) {
      expectProblem(await ask('GET', `${user}/entitlements?${query}`), 400, 'malformed_request')
    }
    for (const query of ['endsBefore=2099-01-01', 'endsAfter=soon', 'sourceRef=%C3%BC', 'sourceRef=a%00']) {
      expectProblem(await ask('GET', `/v4/entitlements?${query}`), 400, 'malformed_request')
    }
    const reason = `${user}/entitlements/ent_${'0'.repeat(32)}?reason=`
    for (const value of ['', '%00', '%0A', 'x'.repeat(501)]) {
      expectProblem(await ask('DELETE', `${reason}${value}`), 400, 'malformed_request')
    }
  })
})
