import { env } from 'cloudflare:workers'
import { accessFrom } from '../../src/domain/user/snapshot.ts'
import { putCustomerLink } from '../../src/owners/customer-link.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aProvider } from '../checkout/a-provider.ts'
import type { Delivery } from '../checkout/scenario.ts'
import { NOW } from '../checkout/signatures/senders.ts'
import { aSubmission, answerOf } from '../support/ledger.ts'
import { GOODS, type Goods, type Till } from './tills/till.ts'

/** Of each of the goods, how much somebody may use. */
export type Having = Readonly<Record<Goods, number>>

const FEATURES = {
  book: { type: 'boolean', overage: 'deny' },
  seats: { type: 'config', overage: 'deny' },
  credits: { type: 'metered', overage: 'deny' },
} as const

const GIVES = {
  book: {},
  seats: { value: 1, perQuantity: true },
  credits: { amount: 1, perQuantity: true },
}

/** A shop at a provider, and the deployment that it tells. */
export async function aMarket(till: Till, accounts: Map<string, ReadonlySet<string>>) {
  const { provider, account = '', customers, refs } = till
  const shop = aProvider(provider, 'live', { accounts })
  for (const goods of GOODS) {
    await putFeature(env.DB, { key: goods, ...FEATURES[goods], name: null, unit: null })
    const references = [{ provider, ref: refs[goods] }]
    const product = { id: goods, name: goods, features: [{ feature: goods, ...GIVES[goods] }], references }
    const put = await putProduct(env.DB, product, false)
    if (!put.ok) throw new Error(put.error.code)
  }
  await putFeature(env.DB, { key: 'granted', type: 'boolean', overage: 'deny', name: null, unit: null })

  return {
    tell: (delivery: Delivery) => shop.tell(delivery),
    /** Somebody says by hand who the customer is whose address everybody knows. */
    async link(userId: string): Promise<void> {
      await putCustomerLink(env.DB, { provider, account }, { customerId: customers.victim, userId, now: NOW })
    },
    /** Lets everything that is due be done. */
    async rest(): Promise<void> {
      for (let round = 0; round < 3; round += 1) await shop.sweep()
    },
    async having(userId: string): Promise<Having> {
      const snapshot = await env.USERS.getByName(userId).snapshot('not_looked_for')
      const [book, seats, credits] = GOODS.map((goods) => accessFrom(snapshot, goods, NOW))
      return {
        book: Number(book?.allowed),
        seats: seats?.allowed ? Number(seats.value) : 0,
        credits: credits?.balance?.remaining ?? 0,
      }
    },
    /** Answers whether there was so much. */
    async spends(userId: string, amount: number): Promise<boolean> {
      const command = { type: 'consume', feature: 'credits', amount } as const
      const { status } = answerOf(await env.USERS.getByName(userId).submit(aSubmission(command)))
      return status < 300
    },
  }
}
