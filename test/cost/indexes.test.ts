import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { NotConcerned } from '../../src/owners/audience.ts'
import { forgetCustomer, putCustomerLink } from '../../src/owners/customer-link.ts'
import { stayedPurchases } from '../../src/owners/customers.ts'
import { wakeForProduct } from '../../src/inbox/waits.ts'
import { firstAccountOf } from '../../src/owners/unsigned-account.ts'
import { keepTransfer, sourcesThatCameTo } from '../../src/owners/transfers.ts'
import { dropExpiredReceipts } from '../../src/ledger/store/receipts/drop-receipts.ts'
import { takeOverMoves } from '../../src/owners/moves.ts'
import { decidePurchase } from '../../src/owners/decide-purchase.ts'
import { knownPurchaseIds } from '../../src/owners/known-purchase-ids.ts'
import { purchaseByIds } from '../../src/owners/purchase.ts'
import { addAliases } from '../../src/owners/claim-purchase-ids.ts'
import { settlingSources } from '../../src/catalog/product-changes.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aShop } from '../checkout/a-shop.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import { ask } from '../support/api.ts'
import { stopTheClock } from '../support/clock.ts'
import { aUser } from '../support/user.ts'
import { type CountedPlace, aCountedPlace } from './a-counted-place.ts'
import type { Asked } from './counted-d1.ts'
import { OPERATIONS } from './operations/all.ts'

stopTheClock()

const ofShop = { provider: 'standard-webhooks', account: '' }

/** A customer of a shop, by whose purchases two users are named. */
async function disputed({ DB, USERS }: CountedPlace, customer: string) {
  const shop = aShop({ d1: DB, ledgers: (userId) => USERS.getByName(userId) })
  const lines = [{ line_id: '1', product: 'nothing', quantity: 1 }]
  for (const userId of [null, aUser(), aUser()]) {
    const purchase_id = `${userId ?? 'unnamed'}-${customer}`
    await shop.send('purchase.completed', { purchase_id, customer, user_id: userId, lines })
  }
  return { shop, purchaseId: `purchase/unnamed-${customer}` }
}

/** What no user waits for: what people list, and what follows by jobs when customers and products change. */
const SELDOM: readonly ((place: CountedPlace) => Promise<unknown>)[] = [
  ({ of }) => ask('GET', '/v4/entitlements?feature=export', { of }),
  ({ of }) => ask('GET', '/v4/entitlements?sourceRef=order-1', { of }),
  ({ of }) => ask('GET', '/v4/users/nobody/consumptions?from=2026-01-01T00:00:00Z&holder=ann', { of }),
  ({ of }) => ask('GET', '/v4/inbox?state=dead', { of }),
  ({ of }) => ask('GET', '/v4/inbox?userId=nobody', { of }),
  ({ DB }) => dropExpiredReceipts(DB, Date.now()),
  ({ DB }) => settlingSources(DB, 'nothing'),
  ({ DB }) => wakeForProduct(DB, { provider: ofShop.provider, ref: 'nothing' }, Date.now()),
  async (place) => {
    const { DB } = place
    const { shop, purchaseId } = await disputed(place, crypto.randomUUID())
    const decided = { ids: [purchaseId], now: shop.deps.now() }
    await knownPurchaseIds(DB, ofShop, [purchaseId])
    await purchaseByIds(DB, ofShop, [purchaseId], shop.deps.now())
    await decidePurchase(DB, ofShop, { ...decided, userId: aUser() })
    await decidePurchase(DB, ofShop, { ...decided, userId: null })
    await purchaseByIds(DB, ofShop, [purchaseId], shop.deps.now())
    await shop.sweep()
  },
  async (place) => {
    const customerId = crypto.randomUUID()
    await disputed(place, customerId)
    const moved = { customerId, toCustomer: aUser(), userId: aUser(), movedAt: Date.now() }
    const transfer = { ...moved, store: '', takesAll: false }
    await keepTransfer(place.DB, ofShop, transfer, Date.now())
    const nobodyElse = keepTransfer(place.DB, ofShop, transfer, Date.now(), new Set([transfer.userId]))
    await expect(nobodyElse).rejects.toThrow(NotConcerned)
    await sourcesThatCameTo(place.DB, ofShop, customerId)
    await firstAccountOf(place.DB, 'shopify', [customerId])
    const sold = { knownId: `purchase/unnamed-${customerId}`, ids: ['invoice-1'] }
    await addAliases(place.DB, ofShop, sold, Date.now())
    await env.DB.prepare(`UPDATE customers SET moving_from = '["nobody"]' WHERE customer_id = ?`)
      .bind(customerId)
      .run()
    await takeOverMoves(place.DB, Date.now(), 1)
  },
  async ({ DB, USERS }) => {
    const shop = aShop({ d1: DB, ledgers: (userId) => USERS.getByName(userId) })
    const lines = [{ line_id: '1', product: 'nothing', quantity: 1 }]
    await shop.send('purchase.completed', { purchase_id: shop.name, customer: shop.name, lines })
    // What is woken is processed at once.
    await shop.send('customer.linked', { customer: shop.name, user_id: aUser() })
  },
  async ({ DB, USERS }) => {
    const shop = aShop({ d1: DB, ledgers: (userId) => USERS.getByName(userId) })
    const [feature, product] = [`feature-${shop.name}`, `product-${shop.name}`]
    await shop.map(product, feature)
    await shop.send('purchase.completed', {
      purchase_id: shop.name,
      customer: shop.name,
      user_id: aUser(),
      lines: [{ line_id: '1', product, quantity: 1 }],
    })
    const to = { customerId: shop.name, userId: aUser(), now: shop.deps.now() + 1 }
    await putCustomerLink(DB, ofShop, to)
    await putCustomerLink(DB, ofShop, { ...to, isWithNamed: true })
    await stayedPurchases(DB, ofShop, to)
    await forgetCustomer(DB, ofShop, shop.name)
    await putProduct(DB, { id: product, name: product, features: [{ feature }], references: [] }, true)
    await shop.sweep()
  },
]

/** A way of SQLite to the rows of one table, as EXPLAIN QUERY PLAN words it, and for what. */
interface Way {
  readonly way: string
  readonly sql: string
}

let ways: readonly Way[] = []

beforeAll(async () => {
  const askedBySql = new Map<string, Asked>()
  const often = OPERATIONS.map(({ arrange, bindings = {} }) => ({
    bindings,
    act: async (place: CountedPlace) => (await arrange(place))(),
  }))
  const seldom = SELDOM.map((act) => ({ bindings: {}, act }))
  for (const { bindings, act } of [...often, ...seldom]) {
    const place = await aCountedPlace({ bindings, onAsked: (asked) => askedBySql.set(asked.sql, asked) })
    await act(place)
    await place.settle()
  }
  ways = (await Promise.all([...askedBySql.values()].map(waysFor))).flat()
}, 120_000)

async function waysFor({ sql, values }: Asked): Promise<readonly Way[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>()
  return results.map(({ detail }) => ({ way: detail, sql }))
}

/** The indexes that somebody thought of; those that stand for a key have no text of their own. */
async function indexes() {
  const { results } = await env.DB.prepare(
    `SELECT name, sql LIKE '% WHERE %' AS isPartial FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`,
  ).all<{ name: string; isPartial: number }>()
  return results
}

/** Tables of one row, which a migration has inserted: tests below look that nobody inserts another. */
const OF_ONE_ROW = ['catalog', 'cursor_keys', 'look_at_waits']

/** What a plan calls a query that stands in the same statement: what that goes through has lines of its own in the plan. */
function isQuery(name: string, sql: string): boolean {
  return new RegExp(
    `\\)\\s*(AS\\s+)?${name}\\b|\\b${name}\\s*(\\([^)]*\\)\\s*)?AS\\s*(MATERIALIZED\\s*)?\\(`,
    'i',
  ).test(sql)
}

/** The table that a plan calls by this name in a statement. */
function tableOf(name: string, sql: string): string {
  return new RegExp(`\\b(?:FROM|JOIN)\\s+"?(\\w+)"?\\s+(?:AS\\s+)?"?${name}\\b`, 'i').exec(sql)?.[1] ?? name
}

describe('what D1 is asked', () => {
  it('goes by every index that there is: each costs a row with every write', async () => {
    const all = await indexes()
    const goneBy = new Set(ways.map(({ way }) => / USING (?:COVERING )?INDEX (\w+)/.exec(way)?.[1]))
    expect(all.length).toBeGreaterThan(10)
    expect(all.map(({ name }) => name).filter((name) => !goneBy.has(name))).toEqual([])
  })

  it('walks through no table that grows, nor through all that a provider has in it', async () => {
    const partial = (await indexes()).filter(({ isPartial }) => isPartial).map(({ name }) => name)
    const long = ways.filter(({ way, sql }) => {
      const [, how, table = ''] = /^(SCAN|SEARCH) (\w+)/.exec(way) ?? []
      if (how === undefined || way.includes('VIRTUAL TABLE') || way === 'SCAN CONSTANT ROW') return false
      if (isQuery(table, sql) || OF_ONE_ROW.includes(tableOf(table, sql))) return false
      if (how === 'SEARCH') return /\(provider=\?( AND account=\?)?\)/.test(way)
      return !partial.some((name) => way.endsWith(`INDEX ${name}`))
    })
    expect(long).toEqual([])
  })

  it('inserts no row into the tables of one row', async () => {
    const inserts = ways.filter(({ sql }) =>
      /INSERT (OR \w+ )?INTO "?(catalog|cursor_keys|look_at_waits)\b/i.test(sql),
    )
    expect(inserts).toEqual([])
    for (const table of OF_ONE_ROW) {
      const row = await env.DB.prepare(`SELECT count(*) AS count FROM ${table}`).first()
      expect({ table, ...row }).toEqual({ table, count: 1 })
    }
  })

  it('keeps one row of a changed reference, however often its product changes', async () => {
    const ref = `price-${crypto.randomUUID()}`
    const product = { id: ref, name: 'Changed', references: [{ provider: 'stripe', account: '', ref }] }
    const keys = [1, 2, 3].map((number) => `feature-${number}-${ref}`)
    for (const key of keys) await putFeature(env.DB, aBooleanFeature(key))
    for (const feature of keys) await putProduct(env.DB, { ...product, features: [{ feature }] }, true)
    const row = await env.DB.prepare(
      'SELECT count(*) AS count FROM changed_references WHERE provider = ? AND ref = ?',
    )
      .bind('stripe', ref)
      .first()
    expect(row).toEqual({ count: 1 })
  })
})
