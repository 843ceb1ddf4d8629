import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { PROBLEMS, type ProblemCode } from '../../src/contract/problems/problems.ts'
import { type Answered, aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { FaultyD1 } from '../support/faulty-d1.ts'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
import { withinObject } from '../support/ledger.ts'
import { aProduct, givePlan, planPath } from '../support/plans.ts'
import { expectProblem } from '../support/problem.ts'
import { changeCatalog } from '../support/change-catalog.ts'
import { withEntries } from '../support/with-entries.ts'
import { withRows } from '../support/rows.ts'
import { withCatalogRows } from '../support/catalog-rows.ts'
import { withEvent, withSources } from '../support/checkout-rows.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { aSellingShop } from '../app/usage/a-selling-shop.ts'

const NO_ENTITLEMENT = `ent_${'0'.repeat(32)}`

/** How each problem is come by, at the Worker itself. What the compiler misses here no client can meet either. */
const ways: Readonly<Record<ProblemCode, () => Promise<Answered>>> = {
  malformed_request: () => ask('GET', '/v4/features?limit=many'),
  idempotency_key_missing: () => grant(aUser(), { feature: 'export' }, {}),
  unauthenticated: () => ask('GET', '/v4/features', { token: null }),
  signature_invalid: async () => {
    const of = await anIsolate({ WEBHOOK_SECRETS_STRIPE: 'whsec_that_is_long_enough' })
    return ask('POST', '/webhooks/stripe', { body: {}, of })
  },
  forbidden: async () => ask('GET', '/v4/features', { token: await aToken({ scope: 'catalog:write' }) }),
  not_found: () => ask('GET', '/v4/nothing'),
  entitlement_not_found: () => ask('GET', `/v4/users/${aUser()}/entitlements/${NO_ENTITLEMENT}`),
  plan_not_found: () => ask('GET', `/v4/users/${aUser()}/products/trial`),
  feature_not_found: () => ask('GET', '/v4/features/nowhere'),
  product_not_found: () => ask('GET', '/v4/products/nowhere'),
  inbox_event_not_found: () => ask('GET', '/v4/inbox/inb_0'),
  customer_not_found: () => ask('GET', '/v4/customers/stripe/cus_nobody'),
  purchase_not_found: () => ask('PUT', '/v4/purchases/stripe/sub_nobody', { body: { userId: aUser() } }),
  purchase_ambiguous: async () => {
    const id = crypto.randomUUID()
    await env.DB.batch(
      ['purchase', 'subscription'].map((kind) =>
        env.DB.prepare(
          `INSERT INTO refs (provider, account, id, user_id, source_ref) VALUES ('standard-webhooks', '', ?1, 'user-1', ?1)`,
        ).bind(`${kind}/${id}`),
      ),
    )
    return ask('PUT', `/v4/purchases/standard-webhooks/${id}`, { body: { userId: aUser() } })
  },
  consumption_not_found: () => use(aUser(), 'consumptions/con_9/reversals', {}),
  reservation_not_found: () => use(aUser(), 'reservations/res_9/commit', {}),
  holder_not_found: () => use(aUser(), 'holders/release', { feature: 'seats', holder: 'nobody' }),
  passports_off: async () =>
    ask('GET', '/.well-known/jwks.json', { token: null, of: await anIsolate({ PASSPORT_KEYS: '' }) }),
  passport_too_large: async () => {
    const [userId, feature] = [aUser(), await aFeature('config')]
    await grant(userId, { feature, value: 'x'.repeat(4000) })
    return ask('POST', `/v4/users/${userId}/passports`, { body: { audience: 'app', minVersion: 1 } })
  },
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
  plan_exists: async () => {
    const [userId, product] = [aUser(), await aProduct([])]
    await givePlan(userId, { product, sourceRef: 'trial' })
    return givePlan(userId, { product, sourceRef: 'trial' })
  },
  plan_ended: async () => {
    const [userId, product] = [aUser(), await aProduct([])]
    await givePlan(userId, { product, sourceRef: 'trial' })
    await ask('DELETE', planPath(userId, 'trial'))
    return ask('PUT', planPath(userId, 'trial'), { body: { product } })
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
  catalog_full: async () => {
    await withCatalogRows('features', 1000)
    const answered = await ask('PUT', '/v4/features/one-more', { body: { type: 'boolean' } })
    await env.DB.prepare("DELETE FROM features WHERE key GLOB 'f[0-9]*'").run()
    return answered
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
  insufficient_balance: () =>
    withLot(10, (userId, feature) => use(userId, 'consumptions', { feature, amount: 11 })),
  reversal_exceeds_consumption: () =>
    withLot(10, async (userId, feature) => {
      const { json } = await use(userId, 'consumptions', { feature, amount: 2 })
      return use(userId, `consumptions/${json.id}/reversals`, { amount: 3 })
    }),
  consumption_moved: () =>
    withMoved(async (path, feature) => {
      const { json } = await use(path, 'consumptions', { feature, amount: 5 })
      return () => use(path, `consumptions/${json.id}/reversals`, {})
    }),
  reservation_moved: () =>
    withMoved(async (path, feature) => {
      const { json } = await use(path, 'reservations', { feature, amount: 5, ttlSeconds: 600 })
      return () => use(path, `reservations/${json.id}/commit`, {})
    }),
  reservation_already_committed: () => resolvedTwice('commit'),
  reservation_already_released: () => resolvedTwice('release'),
  reservation_already_expired: () =>
    reserved(async (path) => {
      vi.setSystemTime(Date.now() + 60_000)
      const answered = await use(path, 'commit', {})
      vi.useRealTimers()
      return answered
    }),
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
  product_unknown: () => givePlan(aUser(), { product: 'nowhere' }),
  product_archived: async () => {
    const product = await aProduct([])
    await ask('DELETE', `/v4/products/${product}`)
    return givePlan(aUser(), { product })
  },
  value_missing: async () => grant(aUser(), { feature: await aFeature('config') }),
  value_not_allowed: async () => grant(aUser(), { feature: await aFeature(), value: 1 }),
  amount_missing: async () => grant(aUser(), { feature: await aFeature('metered') }),
  holder_missing: async () => {
    const [userId, feature] = [aUser(), await aFeature('metered', { held: true })]
    await grant(userId, { feature, amount: 1 })
    return use(userId, 'consumptions', { feature, amount: 1 })
  },
  holder_exists: () =>
    withSeats(async (userId, feature) => {
      await use(userId, 'consumptions', { feature, holder: 'a' })
      return use(userId, 'consumptions', { feature, holder: 'a', amount: 2 })
    }),
  too_many_holders: () =>
    withSeats(async (userId, feature) => {
      await env.DB.prepare(
        `INSERT INTO holdings (user_id, seq, feature, taken, amount, version)
        SELECT ?1, key + 100, ?2, 1, 1, key + 100 FROM json_each(?3)`,
      )
        .bind(userId, feature, JSON.stringify(Array.from({ length: 10_000 }, () => 0)))
        .run()
      await evictDurableObject(env.USERS.getByName(userId))
      return use(userId, 'consumptions', { feature, holder: 'one-more' })
    }),
  reservation_has_no_holder: () => reserved((path) => ask('PATCH', path, { body: { ttlSeconds: 60 } })),
  spends_not_possible: async () =>
    ask('PUT', `/v4/features/${crypto.randomUUID()}`, {
      body: { type: 'metered', spends: await aFeature() },
    }),
  reset_not_allowed: async () =>
    grant(aUser(), {
      feature: await aFeature('metered', { held: true }),
      amount: 1,
      reset: { every: 'day' },
    }),
  amount_not_allowed: async () => grant(aUser(), { feature: await aFeature(), amount: 1 }),
  value_not_combinable: async () => {
    const feature = await aFeature('config')
    await changeCatalog(`UPDATE features SET combine = 'sum' WHERE key = ?1`, feature)
    return grant(aUser(), { feature, value: 'three' })
  },
  amount_too_large: () =>
    withLot(Number.MAX_SAFE_INTEGER, (userId, feature) =>
      grant(userId, { feature, amount: 1, sourceRef: 'order-2' }),
    ),
  feature_disabled: async () => {
    const feature = await aFeature('metered')
    await changeCatalog(`UPDATE features SET disabled_at = 1 WHERE key = ?1`, feature)
    return use(aUser(), 'consumptions', { feature, amount: 1 })
  },
  feature_not_metered: async () => use(aUser(), 'consumptions', { feature: await aFeature(), amount: 1 }),
  commit_exceeds_reservation: () => reserved((path) => use(path, 'commit', { amount: 6 })),
  too_many_reservations: () =>
    withLot(10, async (userId, feature) => {
      await env.DB.prepare(
        `INSERT INTO reservations (user_id, seq, feature, amount, takes, overage, ends_at)
        SELECT ?1, key + 100, ?2, 1, '[]', 0, 8000000000000 FROM json_each(?3)`,
      )
        .bind(userId, feature, JSON.stringify(Array.from({ length: 1000 }, () => 0)))
        .run()
      await evictDurableObject(env.USERS.getByName(userId))
      return use(userId, 'reservations', { feature, amount: 1, ttlSeconds: 60 })
    }),
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
  history_too_long: async () => {
    const userId = aUser()
    await withEntries(env.DB, userId, 10_001)
    return ask('GET', `/v4/users/${userId}/ledger/verify`, {
      token: await aToken({ sub: userId, scope: '' }),
    })
  },
  rate_limited: async () => {
    const of = await anIsolate({ RATE_LIMIT_READS: env.TEST_RATE_LIMIT_READS })
    const token = await aToken({ sub: aUser() })
    let answered = await ask('GET', '/v4/features', { of, token })
    while (answered.status === 200) answered = await ask('GET', '/v4/features', { of, token })
    return answered
  },
  too_many_requests: async () => {
    const userId = aUser()
    const token = await aToken({ sub: userId, scope: '' })
    let answered = await ask('GET', `/v4/users/${userId}/ledger/verify`, { token })
    while (answered.status === 200)
      answered = await ask('GET', `/v4/users/${userId}/ledger/verify`, { token })
    return answered
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
  ledger_full: () =>
    withAFaultyD1((d1, suspend) => {
      d1.faults.push('full')
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
      const after = code === 'rate_limited' ? '60' : '1'
      expect(answered.headers.get('Retry-After')).toBe(retryable ? after : null)
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

/** Asks something of the metered features of a user. */
function use(userIdOrPath: string, what: string, body: object): Promise<Answered> {
  const path = userIdOrPath.startsWith('/') ? userIdOrPath : `/v4/users/${userIdOrPath}`
  return ask('POST', `${path}/${what}`, { body, headers: aKey() })
}

/** Lets a new user have so much of a metered feature. */
/** What is asked after the purchase that something was taken of has become another user’s. */
async function withMoved(
  take: (userId: string, feature: string) => Promise<() => Promise<Answered>>,
): Promise<Answered> {
  const [shop, userId] = [await aSellingShop(), aUser()]
  await shop.sells('credits', { amount: 10 })
  await shop.buy({ credits: 1 })
  const askedLater = await take(shop.userId, shop.feature)
  await ask('PUT', `/v4/purchases/standard-webhooks/${shop.name}`, { body: { userId } })
  await vi.waitFor(async () => expect((await shop.access()).balance?.granted ?? 0).toBe(0), 10_000)
  return askedLater()
}

async function withLot(
  amount: number,
  then: (userId: string, feature: string) => Promise<Answered>,
): Promise<Answered> {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  await grant(userId, { feature, amount })
  return then(userId, feature)
}

async function withSeats(then: (userId: string, feature: string) => Promise<Answered>): Promise<Answered> {
  const [userId, feature] = [aUser(), await aFeature('metered', { held: true })]
  await grant(userId, { feature, amount: 5 })
  return then(userId, feature)
}

/** Lets a new user have a reservation of five, for a minute. */
function reserved(then: (path: string) => Promise<Answered>): Promise<Answered> {
  return withLot(10, async (userId, feature) => {
    const { json } = await use(userId, 'reservations', { feature, amount: 5, ttlSeconds: 60 })
    return then(`/v4/users/${userId}/reservations/${json.id}`)
  })
}

function resolvedTwice(how: 'commit' | 'release'): Promise<Answered> {
  return reserved(async (path) => {
    const resolve = () =>
      ask('POST', `${path}/${how}`, { headers: aKey(), ...(how === 'commit' ? { body: {} } : {}) })
    await resolve()
    return resolve()
  })
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
