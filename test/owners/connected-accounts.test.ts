import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { wakeForProduct } from '../../src/inbox/waits.ts'
import { verify } from '../../src/ledger/store/proof/verify.ts'
import { aUser } from '../support/user.ts'
import { APRIL, MARCH, delivery, subscription } from '../checkout/payloads/stripe.ts'
import { NOW } from '../checkout/signatures/senders.ts'
import { aProvider } from '../checkout/a-provider.ts'
import { featuresOf } from '../checkout/a-shop.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'

// The ids are those of the provider's own examples: each test has a world of its own.
afterEach(async () => {
  await anEmptyLedger()
})

const accounts = new Map([['stripe', new Set(['acct_1', 'acct_2'])]])

/** A platform and those that it has listed: each sells what it calls `price_pro`. */
function aPlatform() {
  const shop = aProvider('stripe', 'test', { accounts })
  async function buys(account: string, userId: string, type = 'created', at = MARCH): Promise<void> {
    const id = `sub_${account}`
    const bought = subscription({ id, userId, customer: `cus_${account}`, invoice: `in_${account}` })
    const says = account === '' ? {} : { account }
    await shop.tell(delivery(`customer.subscription.${type}`, at, bought, says))
  }
  return { ...shop, buys, wake: () => wakeForProduct(env.DB, { provider: 'stripe', ref: 'price_pro' }, NOW) }
}

/** The accounts whose events wait, and how often those were processed anew. */
async function waiting() {
  const { results } = await env.DB.prepare(
    `SELECT DISTINCT inbox.account, replays FROM inbox JOIN inbox_waits ON inbox_id = inbox.id ORDER BY inbox.account`,
  ).all()
  return results
}

describe('a price by one name in several accounts', () => {
  it('is of each account’s own product', async () => {
    const platform = aPlatform()
    await platform.sells('price_pro', 'platform')
    await platform.sells('price_pro', 'first', 'acct_1')
    await platform.sells('price_pro', 'second', 'acct_2')
    // One user buys at all of them: what is known of one account says nothing of another.
    const ada = aUser()
    for (const account of ['acct_1', '', 'acct_2']) await platform.buys(account, ada)
    expect(await featuresOf(ada)).toEqual(['first', 'platform', 'second'])
    expect(await verify(env.DB, ada)).toMatchObject({ intact: true })
  })

  it('gives nothing in an account for which nobody has mapped it, and is shown', async () => {
    const platform = aPlatform()
    await platform.sells('price_pro', 'platform')
    const [ada, eve] = [aUser(), aUser()]
    await platform.buys('', ada)
    await platform.buys('acct_1', eve)
    expect([await featuresOf(ada), await featuresOf(eve)]).toEqual([['platform'], []])
    const shown = await env.DB.prepare('SELECT reason FROM inbox WHERE account = ?').bind('acct_1').first()
    expect(shown).toEqual({ reason: 'unknown_product' })
  })

  it('wakes who waits for it in the account where it is mapped, and nobody else', async () => {
    const platform = aPlatform()
    const [ada, eve, bob] = [aUser(), aUser(), aUser()]
    await platform.buys('', ada)
    await platform.buys('acct_1', eve)
    await platform.buys('acct_2', bob)
    await platform.sells('price_pro', 'first', 'acct_1')
    await platform.wake()
    await platform.sweep()
    expect([await featuresOf(ada), await featuresOf(eve), await featuresOf(bob)]).toEqual([[], ['first'], []])
    expect(await waiting()).toEqual([
      { account: '', replays: 0 },
      { account: 'acct_2', replays: 0 },
    ])
  })

  it('stays what it was elsewhere, when the product of one account changes', async () => {
    const platform = aPlatform()
    await platform.sells('price_pro', 'platform')
    await platform.sells('price_pro', 'first', 'acct_1')
    const [ada, eve] = [aUser(), aUser()]
    await platform.buys('', ada)
    await platform.buys('acct_1', eve)
    await platform.stopsSelling('first')
    await platform.sweep()
    expect([await featuresOf(ada), await featuresOf(eve)]).toEqual([['platform'], []])
  })
})

/** What a database of the version before holds of what was bought, besides its catalog of references. */
const TABLES = [
  'features',
  'products',
  'refs',
  'customers',
  'entries',
  'entitlements',
  'sources',
  'source_references',
]

/** Takes the database back to before references were known by account, with what there is in it, and migrates it anew. */
async function updateFromBefore(statements: readonly string[]): Promise<void> {
  const { results: catalog } = await env.DB.prepare('SELECT version FROM catalog').all()
  const rows = await Promise.all(
    TABLES.map(
      async (table) => [table, (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results] as const,
    ),
  )
  await reset()
  const before = env.TEST_MIGRATIONS.filter(({ name }) => name < '0018')
  await applyD1Migrations(env.DB, before)
  await env.DB.prepare('UPDATE catalog SET version = ?')
    .bind(catalog[0]?.['version'] ?? 0)
    .run()
  for (const [table, of] of rows) {
    const { results: columns } = await env.DB.prepare('SELECT name FROM pragma_table_info(?)')
      .bind(table)
      .all()
    const names = columns.map(({ name }) => String(name))
    for (const row of of) {
      await env.DB.prepare(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      )
        .bind(...names.map((name) => row[name]))
        .run()
    }
  }
  await env.DB.batch(statements.map((sql) => env.DB.prepare(sql)))
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
}

describe('what a connected account sold before references were by account', () => {
  const MAPPED = `INSERT INTO product_references (provider, ref, product_id) VALUES ('stripe', 'price_pro', 'product-platform')`

  it('stays given, through all that is told of it afterwards; what it did not sell is not given there', async () => {
    const platform = aPlatform()
    await platform.sells('price_pro', 'platform', 'acct_1')
    const [ada, eve] = [aUser(), aUser()]
    await platform.buys('acct_1', ada)
    await updateFromBefore([MAPPED])
    expect(await featuresOf(ada)).toEqual(['platform'])
    await platform.buys('acct_1', ada, 'updated', APRIL)
    await platform.buys('acct_2', eve)
    expect([await featuresOf(ada), await featuresOf(eve)]).toEqual([['platform'], []])
  })

  it('is shown in the catalog, for whoever wants to end it', async () => {
    const platform = aPlatform()
    await platform.sells('price_pro', 'platform', 'acct_1')
    await platform.buys('acct_1', aUser())
    await updateFromBefore([MAPPED])
    const { results } = await env.DB.prepare('SELECT account, product_id FROM product_references').all()
    expect(results).toEqual([
      { account: '', product_id: 'product-platform' },
      { account: 'acct_1', product_id: 'product-platform' },
    ])
  })

  it('stays taken out of the catalog where it was', async () => {
    const platform = aPlatform()
    await platform.sells('price_pro', 'platform', 'acct_1')
    await platform.buys('acct_1', aUser())
    await updateFromBefore([
      `INSERT INTO retired_references (provider, ref, catalog_version) VALUES ('stripe', 'price_pro', 1)`,
    ])
    const { results } = await env.DB.prepare('SELECT account, ref FROM retired_references').all()
    expect(results).toEqual([
      { account: '', ref: 'price_pro' },
      { account: 'acct_1', ref: 'price_pro' },
    ])
  })
})
