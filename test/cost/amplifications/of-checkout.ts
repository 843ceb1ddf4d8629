import { env } from 'cloudflare:workers'
import { followUp } from '../../../src/checkout/jobs/follow-up.ts'
import { wakeForProduct } from '../../../src/inbox/waits.ts'
import { doRound } from '../../../src/keeper/do-round.ts'
import { copiesOf } from '../../checkout/a-backlog.ts'
import { aShop } from '../../checkout/a-shop.ts'
import { buy, productOf } from '../../checkout/a-trade.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import { type Amplification, often } from '../amplification.ts'

function aShopAt({ DB, USERS }: CountedPlace) {
  return aShop({ d1: DB, ledgers: (userId) => USERS.getByName(userId) })
}

/** Five hundred purchases of one price, woken by its mapping at one moment. */
async function manyWoken(place: CountedPlace) {
  const shop = aShopAt(place)
  await withNothingDue(shop)
  const { id } = await buy(shop, { user_id: aUser(), customer: shop.name })
  await copiesOf(id, 499)
  // One customer's, so that they are processed one by one, and are counted alike each time.
  await env.DB.prepare('UPDATE inbox SET turn_of = ? WHERE id LIKE ?').bind(shop.name, `${id}%`).run()
  await shop.map(productOf(shop), `lessons-${shop.name}`)
  shop.pass(1000)
  const at = shop.deps.now()
  await wakeForProduct(env.DB, { provider: 'standard-webhooks', ref: productOf(shop) }, at)
  shop.pass(1)
  return { shop, at }
}

/** What others have left due is nobody's here. */
async function withNothingDue(shop: ReturnType<typeof aShop>): Promise<void> {
  await env.DB.batch([
    env.DB.prepare('UPDATE inbox SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL'),
    env.DB.prepare('DELETE FROM changed_references'),
  ])
  const swept = await shop.sweep()
  if (Object.values(swept).some(({ done }) => done > 0)) await withNothingDue(shop)
}

export const OF_CHECKOUT: readonly Amplification[] = [
  {
    caller: 'a buyer, a sender',
    asks: 'an event of a customer whom nobody knows',
    makes: { d1Calls: 4, rowsRead: 75, rowsWritten: 15, signatures: 1, hashes: 2, lines: 1 },
    bound: 'a body has 2 MiB, packed 1.75 MB',
    async arrange(place) {
      const shop = aShopAt(place)
      return () => buy(shop, { customer: shop.name })
    },
  },
  {
    caller: 'a buyer, a sender',
    asks: 'the same event a hundred times, applied since the first',
    makes: { d1Calls: 100, rowsRead: 1000, rowsWritten: 100, signatures: 100, hashes: 200, lines: 100 },
    bound: 'one row each',
    async arrange(place) {
      const shop = aShopAt(place)
      await shop.map(productOf(shop), `lessons-${shop.name}`)
      const send = () => buy(shop, { user_id: aUser(), customer: shop.name }, { id: 'msg_1' })
      await send()
      return () => often(100, () => buy(shop, { customer: shop.name }, { id: 'msg_1' }))
    },
  },
  {
    caller: 'an operator',
    asks: '`PUT /v4/products/{productId}` for which 500 purchases of a customer wait',
    makes: {
      kvWrites: 1,
      objectCalls: 30,
      d1Calls: 100,
      rowsRead: 5000,
      rowsWritten: 308,
      hashes: 62,
      lines: 31,
    },
    bound: '30 events at once, and 20 s; the rest by the clock',
    async arrange(place) {
      const { shop, at } = await manyWoken(place)
      return () => followUp(shop.deps, { what: 'product', at })
    },
  },
  {
    caller: 'the clock',
    asks: 'a round of a keeper with 500 events due',
    makes: {
      kvWrites: 1,
      objectCalls: 133,
      d1Calls: 414,
      rowsRead: 7000,
      rowsWritten: 1338,
      hashes: 268,
      lines: 134,
    },
    bound: '800 questions to D1 and objects, of which events have half, and 10 s; a rest after each',
    async arrange(place) {
      const { shop } = await manyWoken(place)
      return () => doRound(shop.deps)
    },
  },
  {
    caller: 'the clock',
    asks: 'a round of a keeper with nothing due',
    makes: { d1Calls: 7, rowsRead: 100, lines: 1 },
    bound: 'once a minute',
    async arrange(place) {
      const shop = aShopAt(place)
      await withNothingDue(shop)
      return () => doRound(shop.deps)
    },
  },
]
