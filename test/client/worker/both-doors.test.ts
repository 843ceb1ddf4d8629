import { beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/client/ledger.ts'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import { type CallName, ROUTES, isKeyless } from '../../../src/client/routes.ts'
import type { LedgerUser } from '../../../src/client/user.ts'
import { aFeature, ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'
import { overBinding, overHttp } from './ledgers.ts'

stopTheClock()
// Within a second, as is any moment.
pass(234)

/** What is there before a call. */
interface Scene {
  readonly userId: string
  readonly feature: string
  readonly meter: string
  readonly product: string
  readonly entitlementId: string
  readonly consumptionId: string
  readonly reservationId: string
  readonly heldId: string
  readonly seats: string
  readonly leaseId: string
  readonly version: number
}

interface Call {
  /** As anybody asks it who has no client; `{userId}` and the like stand for those of the scene. */
  readonly plain: (scene: Scene) => {
    readonly query?: string
    readonly body?: object
    readonly named?: Partial<Omit<Scene, 'version'>>
  }
  readonly made: (
    user: LedgerUser,
    scene: Scene,
    key: { idempotencyKey: string },
    of: Ledger,
  ) => Promise<unknown>
}

const REASON = { reason: 'asked' }
const STRONG = { consistency: 'strong' } as const
const LATER = '2998-01-01T00:00:00.000Z'

const CALLS: { readonly [Name in CallName]: Call } = {
  check: {
    plain: () => ({ query: 'consistency=strong' }),
    made: (user, { feature }) => user.check(feature, STRONG),
  },
  checkMany: {
    plain: ({ userId, feature, meter }) => ({
      body: { ...STRONG, checks: [feature, meter].map((one) => ({ userId, feature: one })) },
    }),
    made: (_user, { userId, feature, meter }, _key, of) =>
      of.checkMany(
        [feature, meter].map((one) => ({ userId, feature: one })),
        STRONG,
      ),
  },
  checkAny: {
    plain: ({ userId, meter }) => ({
      query: `consistency=strong&amount=2&anyOf=${nobody}&anyOf=${userId}`,
      named: { feature: meter },
    }),
    made: (_user, { userId, meter }, _key, of) =>
      of.checkAny([nobody, userId], meter, { ...STRONG, amount: 2 }),
  },
  access: {
    plain: () => ({ query: 'consistency=strong&all=true' }),
    made: (user) => user.access({ ...STRONG, all: true }),
  },
  balances: {
    plain: ({ meter }) => ({ query: `consistency=strong&feature=${meter}` }),
    made: (user, { meter }) => user.balances({ ...STRONG, feature: meter }),
  },
  consume: {
    plain: ({ seats }) => ({ body: { feature: seats, holder: 'bob', metadata: { seat: 4 } } }),
    made: (user, { seats }, key) =>
      user.consume({ feature: seats, holder: 'bob', metadata: { seat: 4 } }, key),
  },
  consumeAny: {
    plain: ({ userId, meter }) => ({ body: { anyOf: [userId, nobody], feature: meter, amount: 2 } }),
    made: (_user, { userId, meter }, key, of) =>
      of.consumeAny([userId, nobody], { feature: meter, amount: 2 }, key),
  },
  consumptions: {
    plain: ({ seats }) => ({ query: `feature=${seats}&holder=ann&limit=1` }),
    made: (user, { seats }) => user.consumptions({ feature: seats, holder: 'ann', limit: 1 }).page(),
  },
  reverse: {
    plain: () => ({ body: { amount: 1 } }),
    made: (user, { consumptionId }, key) => user.reverse(consumptionId, { amount: 1 }, key),
  },
  reserve: {
    plain: ({ meter }) => ({ body: { feature: meter, amount: 1, ttlSeconds: 60 } }),
    made: (user, { meter }, key) => user.reserve({ feature: meter, amount: 1, ttlSeconds: 60 }, key),
  },
  commit: {
    plain: () => ({ body: { amount: 1 } }),
    made: (user, { reservationId }, key) => user.commit(reservationId, { amount: 1 }, key),
  },
  release: {
    plain: ({ heldId }) => ({ body: REASON, named: { reservationId: heldId } }),
    made: (user, { heldId }, key) => user.release(heldId, { ...REASON, ...key }),
  },
  renew: {
    plain: ({ leaseId }) => ({ body: { ttlSeconds: 90 }, named: { reservationId: leaseId } }),
    made: (user, { leaseId }) => user.renew(leaseId, { ttlSeconds: 90 }),
  },
  reservation: {
    plain: () => ({}),
    made: (user, { reservationId }) => user.reservation(reservationId),
  },
  reservations: {
    plain: ({ meter }) => ({ query: `feature=${meter}&limit=1` }),
    made: (user, { meter }) => user.reservations({ feature: meter, limit: 1 }).page(),
  },
  holders: {
    plain: ({ seats }) => ({ query: `feature=${seats}&limit=1` }),
    made: (user, { seats }) => user.holders({ feature: seats, limit: 1 }).page(),
  },
  releaseHolder: {
    plain: ({ seats }) => ({ body: { feature: seats, holder: 'ann' } }),
    made: (user, { seats }, key) => user.releaseHolder({ feature: seats, holder: 'ann' }, key),
  },
  grant: {
    plain: ({ feature }) => ({ body: { feature, endsAt: LATER, metadata: { order: 7 } } }),
    made: (user, { feature }, key) => user.grant({ feature, endsAt: LATER, metadata: { order: 7 } }, key),
  },
  update: {
    plain: () => ({ body: { endsAt: LATER } }),
    made: (user, { entitlementId }, key) => user.update(entitlementId, { endsAt: LATER }, key),
  },
  suspend: {
    plain: () => ({ body: REASON }),
    made: (user, { entitlementId }, key) => user.suspend(entitlementId, { ...REASON, ...key }),
  },
  resume: {
    plain: () => ({ body: REASON }),
    made: (user, { entitlementId }, key) => user.resume(entitlementId, { ...REASON, ...key }),
  },
  revoke: {
    plain: () => ({ body: REASON }),
    made: (user, { entitlementId }, key) => user.revoke(entitlementId, { ...REASON, ...key }),
  },
  entitlement: {
    plain: () => ({}),
    made: (user, { entitlementId }) => user.entitlement(entitlementId),
  },
  entitlements: {
    plain: ({ feature }) => ({ query: `feature=${feature}&limit=1` }),
    made: (user, { feature }) => user.entitlements({ feature, limit: 1 }).page(),
  },
  queryEntitlements: {
    plain: ({ feature }) => ({ query: `feature=${feature}&endsAfter=2020-01-01T00:00:00Z&limit=1` }),
    made: (_user, { feature }, _key, of) =>
      of.entitlements({ feature, endsAfter: '2020-01-01T00:00:00Z', limit: 1 }).page(),
  },
  givePlan: {
    plain: ({ product }) => ({ body: { product, endsAt: LATER } }),
    made: (user, { product }, key) => user.givePlan({ product, endsAt: LATER }, key),
  },
  changePlan: {
    plain: ({ product }) => ({ body: { product, quantity: 2 } }),
    made: (user, { product }, key) => user.changePlan('trial', { product, quantity: 2 }, key),
  },
  endPlan: {
    plain: () => ({ body: REASON }),
    made: (user, _scene, key) => user.endPlan('trial', { ...REASON, ...key }),
  },
  plan: { plain: () => ({}), made: (user) => user.plan('trial') },
  plans: { plain: () => ({ query: 'limit=1' }), made: (user) => user.plans({ limit: 1 }).page() },
  ledger: {
    plain: () => ({ query: 'order=oldest&limit=3' }),
    made: (user) => user.ledger({ order: 'oldest', limit: 3 }).page(),
  },
  purchase: {
    plain: () => ({ query: 'account=acct_1' }),
    made: (_user, _scene, _key, of) => of.purchase({ provider: 'stripe', id: 'cs_1', account: 'acct_1' }),
  },
  passport: {
    plain: ({ version: minVersion }) => ({ body: { audience: 'app', minVersion } }),
    made: (user, { version: minVersion }) => user.passport({ audience: 'app', minVersion }),
  },
}

let http: Ledger
let binding: Ledger
let feature: string
let meter: string
let seats: string
/** A user of whom nothing is recorded. */
const nobody = aUser()
const product = `plan-${crypto.randomUUID()}`

beforeAll(async () => {
  http = await overHttp()
  binding = overBinding()
  feature = await aFeature()
  meter = await aFeature('metered')
  seats = await aFeature('metered', { held: true })
  await ask('PUT', `/v4/products/${product}`, { body: { name: 'Pro', features: [{ feature }] } })
})

async function aScene(): Promise<Scene> {
  const user = http.user(aUser())
  const { id: entitlementId } = await user.grant({ feature, sourceRef: 'by-hand' })
  await user.grant({ feature: meter, amount: 100 })
  await user.grant({ feature: seats, amount: 5 })
  await user.consume({ feature: seats, holder: 'ann' })
  const { id: leaseId } = await user.reserve({ feature: seats, holder: 'cleo', ttlSeconds: 60 })
  await user.givePlan({ product, sourceRef: 'trial' })
  await user.givePlan({ product, sourceRef: 'yearly' })
  const { id: consumptionId } = await user.consume({ feature: meter, amount: 3 })
  const [{ id: reservationId }, { id: heldId }] = await Promise.all([
    user.reserve({ feature: meter, amount: 3, ttlSeconds: 60 }),
    user.reserve({ feature: meter, amount: 4, ttlSeconds: 60 }),
  ])
  return {
    userId: user.id,
    feature,
    meter,
    product,
    entitlementId,
    consumptionId,
    reservationId,
    heldId,
    seats,
    leaseId,
    version: user.version,
  }
}

function pathOf(name: CallName, scene: Scene, query: string | undefined): string {
  const named: Readonly<Record<string, string | number>> = {
    ...scene,
    sourceRef: 'trial',
    provider: 'stripe',
    id: 'cs_1',
  }
  const [, path = ''] = ROUTES[name].split(' ')
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, part: string) =>
    String(named[part] ?? expect.unreachable()),
  )
  return query === undefined ? filled : `${filled}?${query}`
}

/**
 * A list of access says when it was answered, which is no part of the body. No two signatures by ES256 are the same, and a
 * passport is of what an isolate knows, which the first of them has made it learn.
 */
function comparable(answer: unknown): object {
  const { answeredAtMs: _at, ...body } = answer as {
    readonly answeredAtMs?: number
    readonly passport?: string
  }
  const { passport } = body
  return passport === undefined ? body : { ...body, source: 'any', passport: passport.split('.').slice(0, 2) }
}

describe.each(Object.entries(CALLS))('%s', (id, { plain, made }) => {
  const name = id as CallName

  it.each(['HTTP', 'the binding'])(
    'answers over %s what the ledger answers without a client',
    async (first) => {
      const scene = await aScene()
      const { query, body, named = {} } = plain(scene)
      const key = { idempotencyKey: crypto.randomUUID() }
      const doors = first === 'HTTP' ? [http, binding] : [binding, http]
      const answers = []
      for (const door of doors) answers.push(await made(door.user(scene.userId), scene, key, door))
      // What changes something is replayed, with the key.
      const [method = ''] = ROUTES[name].split(' ')
      const { json } = await ask(method, pathOf(name, { ...scene, ...named }, query), {
        ...(body === undefined ? {} : { body }),
        headers: isKeyless(name) ? {} : { 'Idempotency-Key': key.idempotencyKey },
      })
      expect(answers.map(comparable)).toStrictEqual([comparable(json), comparable(json)])
    },
  )
})

describe('a list of access', () => {
  it('says when it was answered: over HTTP to the second before, over the binding to the millisecond', async () => {
    const userId = aUser()
    const [first, second] = [http, binding].map((door) => door.user(userId).access(STRONG))
    const nowMs = Date.now()
    expect([(await first)?.answeredAtMs, (await second)?.answeredAtMs]).toEqual([
      Math.floor(nowMs / 1000) * 1000,
      nowMs,
    ])
  })
})

describe('a list', () => {
  it.each(['HTTP', 'the binding'])(
    'goes on over %s until its end, item by item and page by page',
    async (door) => {
      const { userId } = await aScene()
      const user = (door === 'HTTP' ? http : binding).user(userId)
      const entries = []
      for await (const entry of user.ledger({ order: 'oldest', limit: 2 })) entries.push(entry)
      const { json } = await ask('GET', `/v4/users/${userId}/ledger?order=oldest`)
      expect(json.items.length).toBeGreaterThan(4)
      expect(entries).toStrictEqual(json.items)

      const pages = []
      for await (const page of user.plans({ limit: 1 }).pages())
        pages.push(page.items.map(({ sourceRef }) => sourceRef))
      expect(pages).toEqual([['trial'], ['yearly']])

      const listing = user.entitlements({ limit: 1 })
      const first = await listing.page()
      const second = await listing.page(first.nextCursor ?? expect.unreachable())
      expect(second.items).not.toEqual(first.items)
    },
  )
})

/** What was thrown, as far as it is the same through both doors. */
async function thrownBy(call: Promise<unknown>) {
  const error = await call.then(
    () => expect.unreachable(),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof LedgerError)) throw error
  const { requestId, message, name, code, status, retryable, idempotencyKey, problem } = error
  expect(requestId).toBe(problem?.requestId)
  return { message, name, code, status, retryable, idempotencyKey, problem: { ...problem, requestId: null } }
}

describe('what goes wrong', () => {
  it.each<[string, string, (user: LedgerUser, of: Ledger) => Promise<unknown>]>([
    ['what the contract refuses', 'malformed_request', (_user, of) => of.user('a b').check('export')],
    ['a version that is still to come', 'version_unknown', (user) => user.check(feature, { minVersion: 9 })],
    ['what is not there', 'plan_not_found', (user) => user.plan('trial')],
    [
      'what is used up',
      'insufficient_balance',
      (user) => user.consume({ feature: meter, amount: 1 }, { idempotencyKey: 'one' }),
    ],
    [
      'what the catalog does not know',
      'feature_unknown',
      (user) => user.grant({ feature: 'nowhere' }, { idempotencyKey: 'two' }),
    ],
    [
      'a version that is no more',
      'precondition_failed',
      (user) => user.grant({ feature }, { idempotencyKey: 'three', ifVersion: 7 }),
    ],
    [
      'a change of nothing',
      'malformed_request',
      (user) => user.update(`ent_${'0'.repeat(32)}`, {}, { idempotencyKey: 'four' }),
    ],
    ['an unnamed list', 'malformed_request', (_user, of) => of.entitlements({ state: 'active' }).page()],
    ['a foreign cursor', 'malformed_request', (user) => user.ledger({ cursor: 'made-up' }).page()],
  ])('is one error through both doors: %s', async (_what, code, call) => {
    const userId = aUser()
    const [first, second] = [
      await thrownBy(call(http.user(userId), http)),
      await thrownBy(call(binding.user(userId), binding)),
    ]
    expect(first.code).toBe(code)
    // Each door says in its own words where a malformed request is wrong.
    const told =
      code === 'malformed_request' ? { problem: { ...second.problem, errors: first.problem['errors'] } } : {}
    expect({ ...second, ...told }).toEqual(first)
  })

  it('carries the key with which it was sent, made before the first try where none was given', async () => {
    const user = http.user(aUser())
    const error = await thrownBy(user.consume({ feature: meter, amount: 1 }))
    const { idempotencyKey } = error
    expect(idempotencyKey).toMatch(/^[0-9a-f-]{36}$/)
    // The same request is refused with what was recorded, and another one with the key is a new one.
    const key = { idempotencyKey: idempotencyKey ?? expect.unreachable() }
    expect(await thrownBy(binding.user(user.id).consume({ feature: meter, amount: 1 }, key))).toEqual(error)
    expect((await thrownBy(user.plan('trial'))).idempotencyKey).toBeNull()
  })
})
