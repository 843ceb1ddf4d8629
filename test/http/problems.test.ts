import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { PROBLEMS, type ProblemCode } from '../../src/contract/problems.ts'
import { type Answered, aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { FaultyD1 } from '../support/faulty-d1.ts'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
import { withinObject } from '../support/ledger.ts'
import { expectProblem } from '../support/problem.ts'
import { withRows } from '../support/rows.ts'
import { withEvent, withSources } from '../support/checkout-rows.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

const NO_ENTITLEMENT = `ent_${'0'.repeat(32)}`

/** How each problem is come by, at the Worker itself. What the compiler misses here no client can meet either. */
const ways: Readonly<Record<ProblemCode, () => Promise<Answered>>> = {
  malformed_request: () => ask('GET', '/v4/features?limit=many'),
  idempotency_key_missing: () => grant(aUser(), { feature: 'export' }, {}),
  unauthenticated: () => ask('GET', '/v4/features', { token: null }),
  signature_invalid: async () => {
    const of = await anIsolate({ WEBHOOK_SECRETS_STRIPE: 'whsec_known' })
    return ask('POST', '/webhooks/stripe', { body: {}, of })
  },
  forbidden: async () => ask('GET', '/v4/features', { token: await aToken({ scope: 'catalog:write' }) }),
  not_found: () => ask('GET', '/v4/nothing'),
  entitlement_not_found: () => ask('GET', `/v4/users/${aUser()}/entitlements/${NO_ENTITLEMENT}`),
  feature_not_found: () => ask('GET', '/v4/features/nowhere'),
  product_not_found: () => ask('GET', '/v4/products/nowhere'),
  inbox_event_not_found: () => ask('GET', '/v4/inbox/inb_0'),
  customer_not_found: () => ask('GET', '/v4/customers/stripe/cus_nobody'),
  method_not_allowed: () => ask('POST', '/v4/features'),
  entitlement_exists: () =>
    granted(({ json: { userId, feature, source } }) => grant(userId, { feature, sourceRef: source.ref })),
  entitlement_revoked: () =>
    granted(async (answered) => {
      await ask('DELETE', pathOf(answered))
      return ask('POST', `${pathOf(answered)}/suspend`, { headers: aKey() })
    }),
  managed_by_source: async () => {
    const userId = aUser()
    await withRows(userId, [{ id: NO_ENTITLEMENT, provider: 'stripe' }])
    return ask('PATCH', `/v4/users/${userId}/entitlements/${NO_ENTITLEMENT}`, { body: { trial: true } })
  },
  feature_type_differs: async () =>
    ask('PUT', `/v4/features/${await aFeature()}`, { body: { type: 'config' } }),
  reference_taken: async () => {
    const body = { name: 'Pro', features: [], references: [{ provider: 'stripe', ref: 'price_1' }] }
    await ask('PUT', '/v4/products/owner', { body })
    return ask('PUT', '/v4/products/other', { body })
  },
  would_revoke: async () => {
    const reference = { provider: 'stripe', ref: `price_${crypto.randomUUID()}` }
    const path = `/v4/products/product-${crypto.randomUUID()}`
    await ask('PUT', path, { body: { name: 'Pro', features: [], references: [reference] } })
    await withSources(reference, [aUser()])
    return ask('PUT', path, { body: { name: 'Pro', features: [] } })
  },
  customer_moving: async () => {
    // Without the moment of its move it is never carried out, whichever sweep comes by.
    await env.DB.prepare(
      `INSERT INTO customers (provider, account, customer_id, user_id, moving_from)
      VALUES ('stripe', '', 'cus_moving', 'user-1', '["user-2"]')`,
    ).run()
    return ask('DELETE', '/v4/customers/stripe/cus_moving')
  },
  body_dropped: async () => ask('POST', `/v4/inbox/${await withEvent()}/replay`, { headers: aKey() }),
  version_unknown: () => ask('GET', `/v4/users/${aUser()}/access/export?minVersion=1`),
  precondition_failed: () =>
    granted(async (answered) => {
      await ask('PATCH', pathOf(answered), { body: { trial: true } })
      return ask('DELETE', pathOf(answered), { headers: { 'If-Match': '"1"' } })
    }),
  too_large: () => ask('POST', '/v4/checks', { body: ' '.repeat(64 * 1024 + 1) }),
  unsupported_media_type: () =>
    ask('POST', '/v4/checks', { body: '{}', headers: { 'Content-Type': 'text/plain' } }),
  idempotency_key_reused: async () => {
    const [userId, key] = [aUser(), aKey()]
    await grant(userId, { feature: await aFeature() }, key)
    return grant(userId, { feature: await aFeature() }, key)
  },
  feature_unknown: () => grant(aUser(), { feature: 'nowhere' }),
  feature_archived: async () => {
    const feature = await aFeature()
    await ask('DELETE', `/v4/features/${feature}`)
    return grant(aUser(), { feature })
  },
  value_missing: async () => grant(aUser(), { feature: await aFeature('config') }),
  value_not_allowed: async () => grant(aUser(), { feature: await aFeature(), value: 1 }),
  period_impossible: async () =>
    grant(aUser(), { feature: await aFeature(), graceEndsAt: '2099-01-01T00:00:00Z' }),
  too_many_entitlements: async () => {
    const userId = aUser()
    await withRows(
      userId,
      Array.from({ length: 1000 }, () => ({})),
    )
    return grant(userId, { feature: await aFeature() })
  },
  internal_error: async () =>
    ask('GET', '/v4/features', { of: await anIsolate({ DB: aBrokenD1('Unheard of') }) }),
  misconfigured: async () => ask('GET', '/healthz', { of: await anIsolate({ JWT_ALGORITHMS: 'HS256' }) }),
  overloaded: () =>
    withAFaultyD1(async (d1, suspend) => {
      const release = Promise.withResolvers<void>()
      d1.beforeAppend = () => release.promise
      const all = Array.from({ length: 600 }, suspend)
      const first = await Promise.race(all) // all others wait behind the batch that is held up
      release.resolve()
      await Promise.all(all)
      return first
    }),
  ledger_unavailable: async () => {
    const of = await anIsolate({ DB: aBrokenD1('D1_ERROR: Network connection lost.') })
    return ask('GET', '/v4/features', { of })
  },
  outcome_unknown: () =>
    withAFaultyD1((d1, suspend) => {
      d1.faults.push('lost on the way', 'lost on the way', 'lost on the way', 'lost on the way')
      return suspend()
    }),
}

describe('the catalogue of problems', () => {
  it.each(Object.entries(PROBLEMS))(
    'holds nothing that no client meets: %s',
    async (code, { status, retryable }) => {
      const answered = await ways[code as ProblemCode]()
      expectProblem(answered, status, code)
      expect(answered.json.retryable).toBe(retryable)
      expect(answered.headers.get('Retry-After')).toBe(retryable ? '1' : null)
    },
  )

  it('is what the answers are made of, and each code is documented to its end', () => {
    expect(Object.keys(ways).toSorted()).toEqual(Object.keys(PROBLEMS).toSorted())
    for (const { title, help } of Object.values(PROBLEMS)) {
      expect(title).toMatch(/^[A-Z].*[^.]$/)
      expect(help).toMatch(/\.$/)
    }
  })
})

async function granted(then: (answered: Answered) => Promise<Answered>): Promise<Answered> {
  return then(await grant(aUser(), { feature: await aFeature() }))
}

/** Lets requests to suspend a new user's entitlement meet their object while its D1 does what is told. */
function withAFaultyD1(
  work: (d1: FaultyD1, suspend: () => Promise<Answered>) => Promise<Answered>,
): Promise<Answered> {
  return granted((entitlement) =>
    withinObject(entitlement.json.userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      const of = await anIsolate({ USERS: { getByName: () => ledger } })
      return work(d1, () => ask('POST', `${pathOf(entitlement)}/suspend`, { headers: aKey(), of }))
    }),
  )
}
