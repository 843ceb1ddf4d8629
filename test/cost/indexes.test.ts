import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { NotConcerned } from '../../src/owners/audience.ts'
import { forgetCustomer, putCustomerLink } from '../../src/owners/customer-link.ts'
import { stayedPurchases } from '../../src/owners/customers.ts'
import { wakeForProduct } from '../../src/inbox/waits.ts'
import { firstAccountOf } from '../../src/owners/unsigned-account.ts'
import { keepTransfer, sourcesThatCameTo } from '../../src/owners/transfers.ts'
import { dropExpiredReceipts } from '../../src/ledger/store/drop-receipts.ts'
import { takeOverMoves } from '../../src/owners/moves.ts'
import { decidePurchase } from '../../src/owners/decide-purchase.ts'
import { knownPurchaseIds } from '../../src/owners/known-purchase-ids.ts'
import { purchaseByIds } from '../../src/owners/purchase.ts'
import { addAliases } from '../../src/owners/claim-purchase-ids.ts'
import { settlingSources } from '../../src/catalog/product-changes.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aShop } from '../checkout/a-shop.ts'
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
  const often = OPERATIONS.map(
    ({ arrange }) =>
      async (place: CountedPlace) =>
        (await arrange(place))(),
  )
  for (const act of [...often, ...SELDOM]) {
    const place = await aCountedPlace({ onAsked: (asked) => askedBySql.set(asked.sql, asked) })
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

/**
 * One row each; what one user's purchases name, and what a statement itself has chosen; and what waits for jobs, of which
 * there is little.
 */
const SMALL = new Set([
  'chosen',
  'concerned',
  'had',
  'known',
  'other',
  'CONSTANT',
  'catalog',
  'cursor_keys',
  'owner',
  'named',
  'names',
  'changed_references',
  'changed',
  'waits',
])

describe('what D1 is asked', () => {
  it('goes by every index that there is: each costs a row with every write', async () => {
    const all = await indexes()
    const goneBy = new Set(ways.map(({ way }) => / USING (?:COVERING )?INDEX (\w+)/.exec(way)?.[1]))
    expect(all.length).toBeGreaterThan(10)
    expect(all.map(({ name }) => name).filter((name) => !goneBy.has(name))).toEqual([])
  })

  it('walks through no table that grows, nor through all that a provider has in it', async () => {
    const partial = (await indexes()).filter(({ isPartial }) => isPartial).map(({ name }) => name)
    const long = ways.filter(({ way }) => {
      const [, how, table = ''] = /^(SCAN|SEARCH) (\w+)/.exec(way) ?? []
      if (how === undefined || SMALL.has(table) || way.includes('VIRTUAL TABLE')) return false
      if (how === 'SEARCH') return /\(provider=\?( AND account=\?)?\)/.test(way)
      return !partial.some((name) => way.endsWith(`INDEX ${name}`))
    })
    expect(long).toEqual([])
  })
})
