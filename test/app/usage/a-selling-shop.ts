import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { SpentRefund } from '../../../src/domain/usage/forgiveness.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import { type NewProduct, putProduct } from '../../../src/catalog/put-product.ts'
import type { UserLedgers } from '../../../src/ledger/ledger-client.ts'
import type { UserLedgerObject } from '../../../src/ledger/object/user-ledger.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { DAY_MS, aShop } from '../../checkout/a-shop.ts'
import { objectIn } from '../../support/an-object.ts'
import { pass } from '../../support/clock.ts'
import { aSubmission, answerOf } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { numbersOf } from './a-meter.ts'

/** What a product gives of the one feature of the shop. */
export type Sold = Omit<NewProduct['features'][number], 'feature'>

/** A shop that sells amounts of one metered feature, held or not, to one customer, in a deployment with this policy. */
export async function aSellingShop(spentRefund: SpentRefund = 'floor_at_zero', held = false) {
  const ledgers = spentRefund === 'floor_at_zero' ? asDeployed : withPolicy(spentRefund)
  const [shop, userId] = [aShop({ ledgers }), aUser()]
  const feature = `feature-${shop.name}`
  await putFeature(env.DB, { key: feature, type: 'metered', overage: 'deny', name: null, unit: null, held })
  const who = { customer: shop.name, user_id: userId }

  async function access() {
    const snapshot = await ledgers(userId).snapshot('not_looked_for')
    return accessFrom(snapshot, feature, Date.now())
  }
  return {
    ...shop,
    userId,
    feature,
    access,
    /** The product that a reference of this shop stands for. */
    product: (ref: string, sold: Sold): NewProduct => ({
      id: `${ref}-${shop.name}`,
      name: ref,
      features: [{ feature, ...sold }],
      references: [{ provider: 'standard-webhooks', ref: `${ref}-${shop.name}` }],
    }),
    async sells(ref: string, sold: Sold) {
      const put = await putProduct(env.DB, this.product(ref, sold), true)
      expect(put.ok).toBe(true)
    },
    /** A purchase of so many of each reference, which makes a line of that name. */
    buy: (lines: Readonly<Record<string, number>>, says: object = {}, how?: { id: string }) =>
      shop.send(
        'purchase.completed',
        {
          ...who,
          purchase_id: shop.name,
          lines: Object.entries(lines).map(([ref, quantity]) => ({
            line_id: ref,
            product: `${ref.replace(/-again$/, '')}-${shop.name}`,
            quantity,
          })),
          ...says,
        },
        how,
      ),
    refund: (says: object, refund = 'r_1') =>
      shop.send('purchase.refunded', { purchase_id: shop.name, refund_id: refund, ...says }),
    /** The subscription as it is since its period that starts here. */
    subscribe: (version: number, ref: string, startsAt: number, endsAt: number, says: object = {}) =>
      shop.send('subscription.changed', {
        ...who,
        subscription_id: shop.name,
        version,
        status: 'active',
        period: { starts_at: momentOf(startsAt), ends_at: momentOf(endsAt) },
        items: [{ item_id: 'plan', product: `${ref}-${shop.name}`, quantity: 1 }],
        ...says,
      }),
    /** The status of a consumption of so much. */
    async consume(amount: number) {
      const submitted = await ledgers(userId).submit(aSubmission({ type: 'consume', feature, amount }))
      return answerOf(submitted).status
    },
    /** Granted, used, reserved and remaining. */
    balance: async () => numbersOf({ ...(await access()).balance }),
    async passDays(days: number) {
      pass(days * DAY_MS)
      shop.pass(days * DAY_MS)
      await Promise.resolve()
    },
    verdict: () => verify(env.DB, userId),
  }
}

export function momentOf(at: number): string {
  return new Date(at).toISOString()
}

const asDeployed: UserLedgers = (userId) => env.USERS.getByName(userId)

/** Objects of a deployment that decided otherwise, in the places of the real ones. */
function withPolicy(spentRefund: SpentRefund): UserLedgers {
  const policy = { graceMs: 7 * DAY_MS, partialRefund: 'keep', spentRefund, amounts: 'on_active' } as const
  const objects = new Map<string, UserLedgerObject<Cloudflare.Env>>()
  const within = <T>(userId: string, work: (object: UserLedgerObject<Cloudflare.Env>) => Promise<T>) =>
    runInDurableObject(env.USERS.getByName(userId), (_instance, state) => {
      const known = objects.get(userId)
      const object = known ?? objectIn(state, { policy })
      objects.set(userId, object)
      return work(object)
    })
  return (userId) => ({
    submit: (submission) => within(userId, (object) => object.submit(submission)),
    snapshot: (copy) => within(userId, (object) => object.snapshot(copy)),
  })
}
