import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BilledItem, Fact, SubscriptionFact } from '../../../src/domain/purchases/register/fact.ts'
import type { SettleSource } from '../../../src/domain/user/command.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'
import { entitlementsOf } from '../../../src/ledger/store/entitlements/user-entitlements.ts'
import { handOversOf } from '../../../src/ledger/store/hand-overs.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import { aSubmission, answerOf, recordedOf, withExportFeature, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import type { SourceKey } from '../../../src/domain/purchases/register/source-key.ts'

const DAY = 86_400_000
const NOW = Date.now()

beforeAll(withExportFeature)

function aSource(): SourceKey {
  return { provider: 'stripe', account: '', ref: `sub_${crypto.randomUUID()}` }
}

async function aReference(): Promise<string> {
  const ref = `price_${crypto.randomUUID()}`
  await mapped(ref)
  return ref
}

function aProduct(ref: string, features: readonly { feature: string }[]) {
  return { id: `product-${ref}`, name: 'Pro', features, references: [{ provider: 'stripe', ref }] }
}

async function mapped(ref: string): Promise<void> {
  const features = [{ feature: 'export' }]
  const put = await putProduct(env.DB, aProduct(ref, features), true)
  expect(put.ok).toBe(true)
}

const MONTH = { startsAt: NOW - DAY, endsAt: NOW + 30 * DAY }
const NEXT_MONTH = { startsAt: NOW + 30 * DAY, endsAt: NOW + 60 * DAY }

function item(product: string, period = MONTH): BilledItem {
  return { id: 'si_1', product, quantity: 1, ordered: 1, period }
}

function aSubscription(
  ref: string,
  product: string,
  facts: Partial<SubscriptionFact> = {},
): SubscriptionFact {
  return {
    type: 'subscription',
    ref,
    aliases: [],
    customer: null,
    version: { at: NOW, rank: 0 },
    terminal: false,
    state: 'active',
    toldAt: facts.version?.at ?? NOW,
    startsAt: MONTH.startsAt,
    endsAt: null,
    tellsPayments: true,
    items: [item(product)],
    ...facts,
  }
}

function aSettlement(source: SourceKey, facts: readonly Fact[], key?: string) {
  const command = { type: 'settle_source', source, facts, moved: null } as SettleSource
  return aSubmission(command, { ...(key === undefined ? {} : { key }), actor: null })
}

async function settle(userId: string, source: SourceKey, facts: readonly Fact[], key?: string) {
  await owns(userId, source)
  const answer = answerOf(await env.USERS.getByName(userId).submit(aSettlement(source, facts, key)))
  return JSON.parse(answer.body) as { versions: number[]; unknownProducts: string[] }
}

/** Says across all users whose the source is. */
async function owns(userId: string, { provider, account, ref }: SourceKey): Promise<void> {
  await env.DB.prepare(
    'INSERT OR REPLACE INTO refs (provider, account, id, user_id, source_ref) VALUES (?, ?, ?, ?, ?)',
  )
    .bind(provider, account, ref, userId, ref)
    .run()
}

async function access(userId: string, at = Date.now()) {
  return accessFrom(await env.USERS.getByName(userId).snapshot('not_looked_for'), 'export', at)
}

async function listed(userId: string) {
  const page = await entitlementsOf(env.DB, userId, { filter: {}, at: NOW, after: null, limit: 100 })
  return page.items.map(({ entitlement }) => entitlement)
}

describe('a source', () => {
  it('gives what its product gives, with the terms of its newest snapshot, and stays provable', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    const { versions, unknownProducts } = await settle(userId, source, [aSubscription(source.ref, product)])
    expect([versions, unknownProducts]).toEqual([[1, 2], []])
    expect(await access(userId)).toMatchObject({ allowed: true, reason: 'granted' })
    expect(await access(userId, NOW + 31 * DAY)).toMatchObject({ allowed: true, reason: 'in_grace' })
    expect(await access(userId, NOW + 38 * DAY)).toMatchObject({ allowed: false, reason: 'expired' })
    expect(await listed(userId)).toMatchObject([{ source: { ...source, product: `product-${product}` } }])
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 2 })
  })

  it('records nothing for what it knows already', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    await settle(userId, source, [aSubscription(source.ref, product)])
    const again = await settle(userId, source, [aSubscription(source.ref, product)])
    expect(again.versions).toEqual([])
    const older = aSubscription(source.ref, product, { version: { at: NOW - 1, rank: 0 }, state: 'none' })
    expect((await settle(userId, source, [older])).versions).toEqual([])
    expect((await recordedOf(userId)).seqs).toEqual([1, 2])
  })

  it('of which fifty copies of one event arrive at once takes one', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    const copies = Array.from({ length: 50 }, () =>
      settle(userId, source, [aSubscription(source.ref, product)], 'same'),
    )
    const answers = await Promise.all(copies)
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect((await recordedOf(userId)).seqs).toEqual([1, 2])
  })

  it('withdraws what it no longer gives, and leaves no trace of it but in the history', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    await settle(userId, source, [aSubscription(source.ref, product)])
    const money = { version: { at: NOW + 1, rank: 0 }, total: 900, refunded: 900 }
    const lines = [{ id: null, item: null, ...MONTH, total: null }]
    const covers = { type: 'period', lines } as const
    const paid = { type: 'payment', of: [source.ref], payment: 'pi_1', paidAt: NOW, bill: null } as const
    await settle(userId, source, [{ ...paid, money, covers }])
    expect(await access(userId)).toMatchObject({ allowed: false, reason: 'no_entitlement' })
    expect(await listed(userId)).toEqual([])
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })

  it('does not undo what an agent has done: a suspension survives a renewal, a revocation for good', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    await settle(userId, source, [aSubscription(source.ref, product)])
    const [given] = await listed(userId)
    const object = env.USERS.getByName(userId)
    await object.submit(aSubmission({ type: 'suspend_entitlement', entitlementId: given?.id ?? '' }))
    const renewed = { version: { at: NOW + DAY, rank: 0 }, items: [item(product, NEXT_MONTH)] }
    await settle(userId, source, [aSubscription(source.ref, product, renewed)])
    expect(await access(userId)).toMatchObject({ allowed: false, reason: 'suspended' })
    await object.submit(aSubmission({ type: 'revoke_entitlement', entitlementId: given?.id ?? '' }))
    await settle(userId, source, [
      aSubscription(source.ref, product, { ...renewed, version: { at: NOW + 2 * DAY, rank: 0 } }),
    ])
    expect(await access(userId)).toMatchObject({ allowed: false, reason: 'revoked' })
  })

  it('is held and released by its provider, whatever came first', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    const hold = { type: 'hold', of: [source.ref], reason: 'dp_1' } as const
    await settle(userId, source, [{ ...hold, held: false, version: { at: NOW + 2, rank: 0 } }])
    await settle(userId, source, [aSubscription(source.ref, product)])
    await settle(userId, source, [{ ...hold, held: true, version: { at: NOW + 1, rank: 0 } }])
    expect(await access(userId)).toMatchObject({ allowed: true })
    await settle(userId, source, [{ ...hold, held: true, version: { at: NOW + 3, rank: 0 } }])
    expect(await access(userId)).toMatchObject({ allowed: false, reason: 'suspended' })
  })

  it('goes over to another user with all that is known of it', async () => {
    const [from, to, source, product] = [aUser(), aUser(), aSource(), await aReference()]
    await settle(from, source, [aSubscription(source.ref, product)])
    await owns(to, source)
    await env.USERS.getByName(from).submit(aSubmission({ type: 'release_source', source }))
    const moved = await handOversOf(env.DB, source)
    await env.USERS.getByName(to).submit(aSubmission({ type: 'settle_source', source, facts: [], moved }))
    expect([(await access(from)).allowed, (await access(to)).allowed]).toEqual([false, true])
    expect(await verify(env.DB, from)).toMatchObject({ intact: true })
    expect(await verify(env.DB, to)).toMatchObject({ intact: true })
  })
})

describe('a source of somebody else', () => {
  it('is settled for nobody: who owns it, refs say, and a batch that believes otherwise aborts', async () => {
    const [owner, other, source, product] = [aUser(), aUser(), aSource(), await aReference()]
    await settle(owner, source, [aSubscription(source.ref, product)])
    const object = env.USERS.getByName(other)
    const settling = await object.submit(aSettlement(source, [aSubscription(source.ref, product)]))
    expect(settling).toEqual({ type: 'unavailable' })
    expect((await access(other)).allowed).toBe(false)
  })

  it('is released only by who owns it no longer', async () => {
    const [owner, source, product] = [aUser(), aSource(), await aReference()]
    await settle(owner, source, [aSubscription(source.ref, product)])
    const releasing = await env.USERS.getByName(owner).submit(aSubmission({ type: 'release_source', source }))
    expect(releasing).toEqual({ type: 'unavailable' })
    expect((await access(owner)).allowed).toBe(true)
  })
})

describe('a value for each one that was bought', () => {
  it('follows the quantity up and down', async () => {
    const [userId, source, ref] = [aUser(), aSource(), `price_${crypto.randomUUID()}`]
    await putFeature(env.DB, { key: 'seats', type: 'config', overage: 'deny', name: null, unit: null })
    const features = [{ feature: 'seats', value: 5, perQuantity: true }]
    await putProduct(env.DB, { ...aProduct(ref, []), features }, true)
    let at = NOW
    for (const [quantity, seats] of [
      [1, 5],
      [3, 15],
      [2, 10],
    ] as const) {
      at += 1
      const items = [{ ...item(ref), quantity, ordered: quantity }]
      await settle(userId, source, [aSubscription(source.ref, ref, { version: { at, rank: 0 }, items })])
      const snapshot = await env.USERS.getByName(userId).snapshot('not_looked_for')
      expect(accessFrom(snapshot, 'seats', Date.now())).toMatchObject({ allowed: true, value: seats })
    }
  })
})

describe('a product that the catalog does not know', () => {
  it('gives nothing and is named; once it is mapped, all is as if it had been known from the start', async () => {
    const [userId, source, ref] = [aUser(), aSource(), `price_${crypto.randomUUID()}`]
    const told = await settle(userId, source, [aSubscription(source.ref, ref)], 'inbox:1')
    expect(told.unknownProducts).toEqual([ref])
    expect((await access(userId)).allowed).toBe(false)
    await mapped(ref)
    expect(
      (await settle(userId, source, [aSubscription(source.ref, ref)], 'inbox:1')).unknownProducts,
    ).toEqual([])
    expect(await access(userId)).toMatchObject({ allowed: true, reason: 'granted' })
  })
})

describe('a change of the catalog', () => {
  it('aborts what was decided on the one before, and it is decided again', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      await owns(userId, source)
      await ledger.submit(aSettlement(source, [aSubscription(source.ref, product)]))
      d1.beforeAppend = async () => {
        d1.beforeAppend = () => Promise.resolve()
        await putProduct(env.DB, aProduct(product, []), true)
      }
      await ledger.submit(
        aSettlement(source, [aSubscription(source.ref, product, { version: { at: NOW + 1, rank: 0 } })]),
      )
    })
    expect(await access(userId)).toMatchObject({ allowed: false, reason: 'no_entitlement' })
  })
})

describe('a projection of a source that was tampered with', () => {
  it('is named by verify', async () => {
    const [userId, source, product] = [aUser(), aSource(), await aReference()]
    await settle(userId, source, [aSubscription(source.ref, product)])
    await env.DB.prepare(
      `UPDATE sources SET register = json_set(register, '$.subscription.endsAt', 9e12) WHERE user_id = ?`,
    )
      .bind(userId)
      .run()
    expect(await verify(env.DB, userId)).toEqual({
      intact: false,
      firstWrong: { seq: 1, kind: 'projection' },
    })
  })
})
