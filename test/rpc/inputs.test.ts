import { describe, expect, it } from 'vitest'
import { aFeature } from '../support/api.ts'
import { aUser } from '../support/user.ts'
import { aBinding, thrownBy } from './bindings.ts'

/** Whatever another Worker may hand over, which the types of the methods do not let through. */
function methods() {
  return aBinding() as unknown as Record<Name, Method>
}
type Name =
  | 'check'
  | 'checkMany'
  | 'access'
  | 'grant'
  | 'update'
  | 'revoke'
  | 'entitlements'
  | 'queryEntitlements'
  | 'plans'
  | 'ledger'
  | 'purchase'
type Method = (asked?: unknown) => Promise<Record<string, unknown>>

const userId = aUser()
const check = { userId, feature: 'export' }
const revocation = { userId, entitlementId: `ent_${'0'.repeat(32)}` }
const circle: Record<string, unknown> = {}
circle['self'] = circle
const doubled = (depth: number): unknown => {
  let value: unknown = 'x'
  for (let n = 0; n < depth; n += 1) value = [value, value]
  return value
}

describe('what is not as the contract says', () => {
  it.each<[string, keyof ReturnType<typeof methods>, unknown, string]>([
    ['no object', 'check', 'u_42', 'input'],
    ['nothing', 'check', undefined, 'input'],
    ['an unknown member', 'check', { ...check, minversion: 1 }, 'input'],
    ['a user that cannot be', 'check', { ...check, userId: 'a b' }, 'input.userId'],
    ['a feature that cannot be', 'check', { ...check, feature: 'Export' }, 'input.feature'],
    ['seconds as text', 'check', { ...check, maxAge: '60' }, 'input.maxAge'],
    ['more seconds than a day has', 'access', { userId, maxAge: 86_401 }, 'input.maxAge'],
    ['an unknown member', 'access', check, 'input'],
    ['a version that is no version', 'access', { userId, minVersion: -1 }, 'input.minVersion'],
    ['a consistency of another name', 'check', { ...check, consistency: 'eventual' }, 'input.consistency'],
    ['no checks', 'checkMany', { checks: [] }, 'input.checks'],
    ['too many checks', 'checkMany', { checks: Array.from({ length: 101 }, () => check) }, 'input.checks'],
    ['a date', 'grant', { ...check, idempotencyKey: 'k', endsAt: new Date(0) }, 'input.endsAt'],
    [
      'an instant without a zone',
      'grant',
      { ...check, idempotencyKey: 'k', endsAt: '2027-01-31' },
      'input.endsAt',
    ],
    [
      'an offset in the place of a zone',
      'grant',
      { ...check, idempotencyKey: 'k', amount: 1, reset: { every: 'month', timeZone: '+02:00' } },
      'input.reset.timeZone',
    ],
    ['no number', 'grant', { ...check, idempotencyKey: 'k', value: [Number.NaN] }, 'input.value.0'],
    ['a number beyond JSON', 'grant', { ...check, idempotencyKey: 'k', value: 1n }, 'input.value'],
    ['a map', 'grant', { ...check, idempotencyKey: 'k', metadata: new Map() }, 'input.metadata'],
    ['a function', 'grant', { ...check, idempotencyKey: 'k', value: { now: () => 1 } }, 'input.value.now'],
    ['a hole', 'grant', { ...check, idempotencyKey: 'k', value: [1, undefined] }, 'input.value.1'],
    ['an unknown member', 'grant', { ...check, idempotencyKey: 'k', ifMatch: '"1"' }, 'input'],
    ['an entitlement that cannot be', 'revoke', { userId, entitlementId: 'ent_1' }, 'input.entitlementId'],
    ['a reason that is too long', 'revoke', { ...revocation, reason: 'x'.repeat(501) }, 'input.reason'],
    ['a version as an ETag', 'revoke', { ...revocation, ifVersion: '"1"' }, 'input.ifVersion'],
    ['a change of nothing', 'update', revocation, 'input'],
    ['a larger page than there is', 'ledger', { userId, limit: 101 }, 'input.limit'],
    ['a limit as text', 'entitlements', { userId, limit: '10' }, 'input.limit'],
    ['a list of all that there is', 'queryEntitlements', { state: 'active' }, 'input'],
    ['a provider of another name', 'purchase', { provider: 'nobody', id: 'cs_1' }, 'input.provider'],
    ['an unknown member', 'plans', { userId, order: 'newest' }, 'input'],
  ])('is refused with its place: %s (%s)', async (_what, method, asked, path) => {
    const { problem } = await thrownBy(methods()[method](asked))
    expect(problem).toMatchObject({ code: 'malformed_request', status: 400, errors: [{ path }] })
  })

  it.each<[string, unknown]>([
    ['none', { ...check }],
    ['an empty one', { ...check, idempotencyKey: '' }],
    ['one with a space', { ...check, idempotencyKey: 'a b' }],
  ])('is refused as a key that is missing: %s', async (_what, asked) => {
    const { problem } = await thrownBy(methods().grant(asked))
    expect(problem).toMatchObject({
      code: 'idempotency_key_missing',
      errors: [{ path: 'input.idempotencyKey' }],
    })
  })

  it.each<[string, unknown, string]>([
    ['a text', 'x'.repeat(70_000), 'too_large'],
    ['one object in a million places', doubled(30), 'too_large'],
    ['a circle', circle, 'malformed_request'],
  ])('ends early, however large it would be as JSON: %s', async (_what, value, code) => {
    const { problem } = await thrownBy(methods().grant({ ...check, idempotencyKey: 'k', value }))
    expect(problem['code']).toBe(code)
  })
})

describe('what is as the contract says', () => {
  it('may leave a member undefined, which is the same as leaving it out', async () => {
    const asked = { ...check, maxAge: undefined, minVersion: undefined, consistency: undefined }
    expect(await methods().check(asked)).toMatchObject({ allowed: false, version: 0 })
  })

  it('keeps members of any name, because metadata is the caller’s own', async () => {
    const metadata = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": "b", "": null }')
    const granted = await methods().grant({
      userId: aUser(),
      idempotencyKey: 'k',
      feature: await aFeature(),
      metadata,
    })
    expect(JSON.stringify(granted['metadata'])).toBe(JSON.stringify(metadata))
  })
})
