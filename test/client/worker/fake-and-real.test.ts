import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/client/ledger.ts'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import type { LedgerUser } from '../../../src/client/user.ts'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import type { FakeGrant } from '../../../src/client/testing/fake-rights.ts'
import { aFeature, ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'
import { IS_WHOLE } from '../../support/whole.ts'
import { overBinding } from './ledgers.ts'

stopTheClock()

interface Scene {
  readonly ledger: Ledger
  readonly user: LedgerUser
  readonly team: LedgerUser
  readonly export4k: string
  readonly theme: string
  readonly renders: string
  readonly seats: string
  readonly pro: string
  readonly free: string
  /** Keeps what is answered, or with what it is refused. */
  readonly say: <Answer>(call: Promise<Answer>) => Promise<Answer>
  /** Lets time pass at both. */
  readonly wait: (ms: number) => void
}

const STRONG = { consistency: 'strong' } as const

/** What is said of a user, as far as a program has changed it. */
async function tellAll({ ledger, user, team, export4k, theme, renders, seats, say }: Scene): Promise<void> {
  for (const feature of [export4k, theme, renders, seats]) await say(user.check(feature, STRONG))
  await say(user.check(renders, { ...STRONG, amount: 4 }))
  await say(ledger.checkAny([team.id, user.id], renders, { ...STRONG, amount: 4 }))
  await say(user.access({ ...STRONG, all: true }))
  await say(user.balances(STRONG))
  await say(user.entitlements().page())
  await say(user.holders().page())
  await say(user.reservations().page())
  await say(user.consumptions().page())
  await say(user.plans().page())
  const { items } = await user.ledger({ order: 'oldest' }).page()
  await say(Promise.resolve(items.map(({ seq, type, recordedAt }) => [seq, type, recordedAt])))
}

const PROGRAMS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'rights by hand': async ({ user, export4k, theme, say, wait }) => {
    const { id, version } = await say(user.grant({ feature: export4k }, { idempotencyKey: 'order-1' }))
    await say(user.grant({ feature: export4k }, { idempotencyKey: 'order-1' }))
    await say(user.grant({ feature: theme, value: 'dark' }, { idempotencyKey: 'order-1' }))
    await say(user.grant({ feature: export4k, sourceRef: 'order-1' }))
    await say(user.grant({ feature: theme, value: 'dark', sourceRef: 'a' }))
    await say(user.grant({ feature: theme, value: 'light', sourceRef: 'b', priority: 1, trial: true }))
    await say(user.update(id, { endsAt: '2030-01-01T13:00:00Z', graceEndsAt: '2030-01-01T14:00:00Z' }))
    await say(user.suspend(id, { ifVersion: version }))
    await say(user.suspend(id, { reason: 'asked' }))
    wait(1000)
    await say(user.resume(id))
    wait(3_600_000)
    await say(user.check(export4k, STRONG))
    await say(user.revoke(id))
    await say(user.resume(id))
    await say(user.update(`ent_${'0'.repeat(32)}`, { priority: 3 }))
    await say(user.grant({ feature: export4k, endsAt: '2031-01-01' }))
    await say(user.check('nowhere', STRONG))
    await say(user.check(export4k, { minVersion: 99 }))
    await say(user.entitlements({ state: 'active' }).page())
  },

  'what is spent': async ({ user, renders, export4k, say, wait }) => {
    await say(user.consume({ feature: renders, amount: 1 }, { idempotencyKey: 'too-early' }))
    await say(user.grant({ feature: renders, amount: 5, sourceRef: 'a' }))
    await say(user.grant({ feature: renders, amount: 3, sourceRef: 'b', endsAt: '2030-02-01T00:00:00Z' }))
    await say(user.consume({ feature: renders, amount: 1 }, { idempotencyKey: 'too-early' }))
    const { id } = await say(user.consume({ feature: renders, amount: 6 }, { idempotencyKey: 'render-1' }))
    await say(user.consume({ feature: renders, amount: 6 }, { idempotencyKey: 'render-1' }))
    await say(user.consume({ feature: renders, amount: 5 }, { idempotencyKey: 'render-1' }))
    await say(user.consume({ feature: renders, amount: 3, holder: 'ann', metadata: { job: 1 } }))
    await say(user.consume({ feature: renders, amount: 2, holder: 'ann', metadata: { job: 1 } }))
    await say(user.reverse(id, { amount: 4 }))
    await say(user.reverse(id, { amount: 3 }))
    await say(user.reverse(id))
    await say(user.reverse(id))
    await say(user.reverse('con_99'))
    await say(user.consume({ feature: export4k, amount: 1 }))
    await say(user.consume({ feature: 'nowhere', amount: 1 }))
    const { id: first } = await say(user.reserve({ feature: renders, amount: 2, ttlSeconds: 60 }))
    const { id: second } = await say(user.reserve({ feature: renders, amount: 2, ttlSeconds: 60 }))
    const { id: third } = await say(user.reserve({ feature: renders, amount: 1, ttlSeconds: 10 }))
    await say(user.renew(first, { ttlSeconds: 90 }))
    await say(user.commit(first, { amount: 3 }))
    await say(user.commit(first, { amount: 1 }))
    await say(user.commit(first))
    await say(user.release(second))
    await say(user.release(second))
    await say(user.reservations({ feature: renders }).page())
    wait(10_000)
    await say(user.commit(third))
    for (const one of [first, second, third, 'res_99']) await say(user.reservation(one))
    await say(user.consumptions({ feature: renders, holder: 'ann' }).page())
    await say(user.consumptions({ totals: 'only' }).page())
  },

  'what is held': async ({ user, seats, renders, say, wait }) => {
    const taken = { feature: seats, holder: 'ann' }
    await say(user.consume(taken))
    await say(user.grant({ feature: seats, amount: 3, sourceRef: 'a' }))
    const { id } = await say(
      user.consume({ ...taken, metadata: { role: 'admin' } }, { idempotencyKey: 'ann' }),
    )
    await say(user.consume(taken))
    await say(user.consume({ ...taken, amount: 2 }))
    await say(user.consume({ feature: seats, amount: 1 }))
    await say(user.reserve({ ...taken, ttlSeconds: 60 }))
    const { id: lease } = await say(
      user.reserve({ feature: seats, holder: 'bob', amount: 2, ttlSeconds: 60 }),
    )
    await say(user.reserve({ feature: seats, holder: 'bob', amount: 2, ttlSeconds: 90 }))
    await say(user.consume({ feature: seats, holder: 'cleo' }))
    wait(30_000)
    await say(user.renew(lease, { ttlSeconds: 90 }))
    await say(user.renew(lease, { ttlSeconds: 1 }))
    await say(user.reservation(lease))
    await say(user.commit(lease, { amount: 1 }))
    const { id: gone } = await say(user.reserve({ feature: seats, holder: 'dan', ttlSeconds: 60 }))
    wait(60_000)
    await say(user.renew(gone, { ttlSeconds: 60 }))
    await say(user.check(seats, STRONG))
    await say(user.reserve({ feature: seats, holder: 'dan', ttlSeconds: 60 }))
    await say(user.reservation(gone))
    await say(user.releaseHolder({ feature: seats, holder: 'dan' }))
    await say(user.releaseHolder({ feature: seats, holder: 'ann', reason: 'left' }))
    await say(user.releaseHolder({ feature: seats, holder: 'ann' }))
    await say(user.reverse(id))
    await say(user.consume(taken, { idempotencyKey: 'ann' }))
    await say(user.holders({ feature: seats, limit: 1 }).page())
    const { items } = await user.entitlements({ feature: seats }).page()
    await say(user.consume(taken, { idempotencyKey: 'ann-again' }))
    for (const one of items) await say(user.update(one.id, { amount: 1 }))
    await say(user.reserve({ feature: renders, holder: 'ann', ttlSeconds: 60 }))
  },

  'several users': async ({ ledger, user, team, renders, seats, export4k, say }) => {
    const both = [user.id, team.id]
    await say(ledger.checkAny(both, renders, STRONG))
    await say(user.grant({ feature: renders, amount: 2, sourceRef: 'a' }))
    await say(team.grant({ feature: renders, amount: 9, sourceRef: 'a' }))
    await say(team.grant({ feature: seats, amount: 1, sourceRef: 'a' }))
    await say(ledger.checkAny(both, renders, STRONG))
    await say(ledger.checkAny(both, renders, { ...STRONG, amount: 3 }))
    await say(ledger.checkAny(both, renders, { ...STRONG, amount: 10 }))
    const asked = { feature: renders, amount: 3 }
    await say(ledger.consumeAny(both, asked, { idempotencyKey: 'one' }))
    await say(ledger.consumeAny(both, asked, { idempotencyKey: 'one' }))
    await say(ledger.consumeAny(both.toReversed(), asked, { idempotencyKey: 'two' }))
    await say(ledger.consumeAny([user.id], { feature: renders, amount: 1 }, { idempotencyKey: 'one' }))
    await say(ledger.consumeAny(both, { feature: renders, amount: 9 }))
    await say(ledger.consumeAny(both, { feature: seats, holder: 'ann' }))
    await say(ledger.consumeAny(both, { feature: seats, holder: 'ann' }))
    const checks = [
      { anyOf: both, feature: seats },
      { userId: team.id, feature: renders, amount: 4 },
      { userId: team.id, feature: export4k, minVersion: 99 },
      { userId: 'u_1', anyOf: both, feature: seats },
      { feature: seats },
    ]
    await say(ledger.checkMany(checks, STRONG))
    await say(team.check(renders, STRONG))
  },

  plans: async ({ ledger, user, pro, free, say, wait }) => {
    await say(user.givePlan({ product: pro, sourceRef: 'trial', endsAt: '2031-01-01T00:00:00Z' }))
    await say(user.givePlan({ product: pro, sourceRef: 'trial' }))
    await say(user.givePlan({ product: 'nothing' }))
    await say(user.entitlements({ product: pro }).page())
    wait(1000)
    await say(user.changePlan('trial', { product: pro, endsAt: '2032-01-01T00:00:00Z' }))
    await say(ledger.entitlements({ sourceRef: 'trial', endsAfter: '2032-01-01T00:00:00Z' }).page())
    await say(user.changePlan('trial', { product: free }))
    const { items } = await user.entitlements().page()
    for (const { id } of items) await say(user.update(id, { priority: 3 }))
    wait(1000)
    await say(user.endPlan('trial'))
    await say(user.changePlan('trial', { product: free }))
    await say(user.plan('trial'))
    await say(user.plan('yearly'))
  },
}

/** One thing that is done with what is metered; of what was made before, `nth` says which. */
interface Act {
  readonly what: 'consume' | 'reserve' | 'reverse' | 'commit' | 'release' | 'renew' | 'releaseHolder' | 'wait'
  readonly isSeat: boolean
  readonly holder: string | null
  readonly amount: number | null
  readonly nth: number
}

const AN_ACT = fc.record<Act>({
  what: fc.constantFrom(
    ...(['consume', 'reserve', 'reverse', 'commit', 'release', 'renew', 'releaseHolder', 'wait'] as const),
  ),
  isSeat: fc.boolean(),
  holder: fc.constantFrom('ann', 'bob', null),
  amount: fc.option(fc.integer({ min: 1, max: 4 })),
  nth: fc.nat({ max: 5 }),
})

/** The program that does some acts, one after another. */
function programOf(acts: readonly Act[]) {
  return async ({ user, renders, seats, say, wait }: Scene): Promise<void> => {
    await say(user.grant({ feature: renders, amount: 4, sourceRef: 'a', endsAt: '2031-01-01T00:00:00Z' }))
    await say(user.grant({ feature: renders, amount: 4, sourceRef: 'b' }))
    await say(user.grant({ feature: seats, amount: 5, sourceRef: 'a' }))
    const made: string[] = []
    const does = ({ what, isSeat, holder, amount, nth }: Act): Promise<unknown> => {
      const feature = isSeat ? seats : renders
      const some = amount === null ? {} : { amount }
      const taken = { feature, ...(holder === null ? { amount: amount ?? 1 } : { holder, ...some }) }
      const known = (kind: string) => made.filter((id) => id.startsWith(kind))[nth] ?? `${kind}_99`
      switch (what) {
        case 'consume':
          return user.consume(taken)
        case 'reserve':
          return user.reserve({ ...taken, ttlSeconds: 60 })
        case 'reverse':
          return user.reverse(known('con'), some)
        case 'commit':
          return user.commit(known('res'), some)
        case 'release':
          return user.release(known('res'))
        case 'renew':
          return user.renew(known('res'), { ttlSeconds: 90 })
        case 'releaseHolder':
          return user.releaseHolder({ feature, holder: holder ?? 'cleo' })
        case 'wait':
          wait(45_000)
          return user.check(feature, STRONG)
      }
    }
    for (const act of acts) {
      const { id } = (await say(does(act))) as { readonly id?: string }
      if (id !== undefined && !made.includes(id)) made.push(id)
    }
    for (const id of made.filter((one) => one.startsWith('res'))) await say(user.reservation(id))
  }
}

/** What is of one ledger alone, or of its door: what it calls things that it made, its catalog, and what it says in words. */
const ITS_OWN = ['catalogVersion', 'requestId', 'title', 'detail', 'errors', 'actor']

/** Answers in which each entitlement is called by its place, and of which lists are in an order that both know. */
function comparable(answers: readonly unknown[]): unknown {
  const told = JSON.stringify(answers, (name, value: unknown) => {
    if (ITS_OWN.includes(name) || String(value).startsWith('/docs/problems#')) return undefined
    if (name === 'nextCursor') return value !== null
    if (isPlan(value)) return { ...value, entitlements: value.entitlements.length }
    if (name === 'features' || name === 'balances')
      return inOrder(value as readonly Listed[], ({ feature }) => feature)
    if (name === 'items') return inOrder(value as readonly Listed[], ({ version = 0 }) => version)
    return value
  })
  const ids: string[] = []
  const named = told.replaceAll(/\bent_[\w-]+/g, (id) => {
    if (!ids.includes(id)) ids.push(id)
    return `ent#${ids.indexOf(id)}`
  })
  return JSON.parse(named) as unknown
}

/** What a plan gives is told in the order of ids. */
function isPlan(value: unknown): value is { readonly entitlements: { readonly length: number } } {
  return typeof value === 'object' && value !== null && 'quantity' in value
}

interface Listed {
  readonly feature: string
  readonly version?: number
}

function inOrder(list: readonly Listed[], by: (one: Listed) => string | number): readonly Listed[] {
  return list.toSorted((a, b) => (by(a) < by(b) ? -1 : Number(by(a) > by(b))))
}

let names: Pick<Scene, 'export4k' | 'theme' | 'renders' | 'seats' | 'pro' | 'free'>
let products: Readonly<Record<string, readonly FakeGrant[]>>

beforeAll(async () => {
  const [export4k, theme, renders, seats] = await Promise.all([
    aFeature(),
    aFeature('config'),
    aFeature('metered'),
    aFeature('metered', { held: true }),
  ])
  const [pro, free] = [`pro-${crypto.randomUUID()}`, `free-${crypto.randomUUID()}`]
  const sold = {
    [pro]: [{ feature: export4k }, { feature: renders, amount: 5 }],
    [free]: [{ feature: export4k }],
  }
  for (const [id, features] of Object.entries(sold)) {
    await ask('PUT', `/v4/products/${id}`, { body: { name: id, features } })
  }
  names = { export4k, theme, renders, seats, pro, free }
  products = { ...sold, themed: [{ feature: theme, value: 'dark' }] }
})

/** Holds the answers of a fake and of the Worker to one program equal. */
async function expectTheSame(program: (scene: Scene) => Promise<unknown>): Promise<void> {
  const ids = [aUser(), aUser()]
  const fake = fakeLedger({}, { products, held: [names.seats], now: new Date().toISOString() })
  const real = await answersTo(program, ids, overBinding(), pass)
  expect(await answersTo(program, ids, fake, (ms) => fake.clock.pass(ms))).toEqual(real)
}

/** All that a ledger says to a program, of two users. */
async function answersTo(
  program: (scene: Scene) => Promise<unknown>,
  ids: readonly string[],
  ledger: Ledger,
  wait: Scene['wait'],
): Promise<unknown> {
  const answers: unknown[] = []
  const say = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
    const answer = await call.catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error
      // A program goes on with an id that nothing has.
      return { id: 'res_99', ...error.problem } as Answer
    })
    answers.push(answer)
    return answer
  }
  const [user = expect.unreachable(), team = expect.unreachable()] = ids.map((id) => ledger.user(id))
  const scene = { ledger, user, team, ...names, say, wait }
  await program(scene)
  await tellAll(scene)
  return comparable(answers)
}

describe('a fake ledger answers what a real one answers', () => {
  it.each(Object.entries(PROGRAMS))('about %s', async (_name, program) => {
    await expectTheSame(program)
  })

  it('about what is taken and given back, in any order', async () => {
    const property = fc.asyncProperty(fc.array(AN_ACT, { minLength: 8, maxLength: 20 }), async (acts) => {
      await expectTheSame(programOf(acts))
    })
    await fc.assert(property, { numRuns: IS_WHOLE ? 25 : 6, endOnFailure: true })
  })
})
