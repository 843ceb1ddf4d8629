import { env } from 'cloudflare:workers'
import { carryOutMovesOf } from '../../src/checkout/processing/carry-out-moves.ts'
import { processEvent } from '../../src/checkout/processing/process.ts'
import type { SweepDeps } from '../../src/checkout/jobs/sweep.ts'
import type { UsageCommand } from '../../src/domain/usage/usage-command.ts'
import { decidePurchase } from '../../src/owners/decide-purchase.ts'
import { putCustomerLink } from '../../src/owners/customer-link.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { moveOf } from '../../src/owners/moves.ts'
import { handOversOf } from '../../src/ledger/store/hand-overs.ts'
import { purchaseIds } from '../../src/checkout/providers/purchase-ids.ts'
import { receive } from '../../src/checkout/receive.ts'
import { accessFrom } from '../../src/domain/user/snapshot.ts'
import { verify } from '../../src/ledger/store/proof/verify.ts'
import { event, transfer } from './payloads/revenuecat.ts'
import { bytesOf, revenuecat } from './signatures/senders.ts'
import { aSubmission, answerOf } from '../support/ledger.ts'
import { pass } from '../support/clock.ts'
import { aUser } from '../support/user.ts'
import { aShop } from './a-shop.ts'

/** How much of its feature the one purchase of the shop gives. */
export const GIVEN = 100

/** How a purchase comes to be another user's. */
export type Way = 'PUT /v4/purchases' | 'PUT /v4/customers' | 'TRANSFER of RevenueCat'

export const WAYS: readonly Way[] = ['PUT /v4/purchases', 'PUT /v4/customers', 'TRANSFER of RevenueCat']

/** A purchase that is one user's and becomes another's, and what both may do with what it gives. */
export async function aMovingShop(way: Way) {
  const shop = aShop()
  const [from, to, feature] = [aUser(), aUser(), `feature-${shop.name}`]
  const isTransfer = way === 'TRANSFER of RevenueCat'
  const provider = isTransfer ? 'revenuecat' : 'standard-webhooks'
  await putFeature(env.DB, { key: feature, type: 'metered', overage: 'deny', name: null, unit: null })
  const put = await putProduct(
    env.DB,
    {
      id: `product-${shop.name}`,
      name: shop.name,
      features: [{ feature, amount: GIVEN }],
      references: [{ provider, ref: `product-${shop.name}` }],
    },
    false,
  )
  if (!put.ok) throw new Error(put.error.code)

  const of = { provider, account: '' }
  let transferId = ''
  if (isTransfer) {
    await tellRevenueCat('NON_RENEWING_PURCHASE', from, shop.name)
    await tellRevenueCat('NON_RENEWING_PURCHASE', to, `other-${shop.name}`)
  } else {
    const who = way === 'PUT /v4/purchases' ? { user_id: from } : { customer: shop.name }
    if (way === 'PUT /v4/customers') {
      await shop.send('customer.linked', { customer: shop.name, user_id: from })
    }
    const lines = [{ line_id: '1', product: `product-${shop.name}`, quantity: 1 }]
    await shop.send('purchase.completed', { purchase_id: shop.name, ...who, lines })
  }

  /** Takes in an event of RevenueCat; a transfer is left to whoever moves. */
  async function tellRevenueCat(type: string, userId: string, id: string): Promise<void> {
    const at = new Date(shop.deps.now()).toISOString()
    const says = {
      app_user_id: userId,
      original_app_user_id: userId,
      aliases: [userId],
      product_id: id.startsWith('other-') ? id : `product-${shop.name}`,
      transaction_id: id,
      original_transaction_id: id,
      expiration_at_ms: null,
      environment: 'SANDBOX',
    }
    await deliver(
      type === 'TRANSFER' ? transfer(at, [from], [to]) : event(type, at, says),
      type !== 'TRANSFER',
    )
  }

  async function deliver({ body }: { readonly body: unknown }, isProcessed: boolean): Promise<void> {
    const bytes = bytesOf(JSON.stringify(body))
    const now = shop.deps.now()
    const headers = await revenuecat.sign(bytes, { at: now })
    const response = await receive(
      new Request('https://ledger.test/webhooks/revenuecat', { method: 'POST', headers, body: bytes }),
      {
        ...shop.deps,
        secrets: new Map([['revenuecat', [revenuecat.secret]]]),
        waitUntil: () => undefined,
        process: () => Promise.resolve(null),
        processAgain: () => Promise.resolve(null),
      },
    )
    const { id } = await response.json<{ id: string }>()
    shop.pass(60_000)
    if (isProcessed) await processEvent(shop.deps, id)
    else transferId = id
  }

  async function move(by: SweepDeps = shop.deps): Promise<void> {
    if (isTransfer) {
      await processEvent(by, transferId)
      return
    }
    const now = by.now()
    if (way === 'PUT /v4/customers') {
      const link = { customerId: shop.name, userId: to, now }
      const { change } = await putCustomerLink(by.d1, of, link)
      return carryOutMovesOf(by, change)
    }
    const ids = purchaseIds(provider, shop.name)
    const decided = await decidePurchase(by.d1, of, { ids, userId: to, now })
    if (decided.type === 'decided' && decided.change !== null) await carryOutMovesOf(by, decided.change)
  }

  async function submit(userId: string, command: UsageCommand) {
    const submitted = await env.USERS.getByName(userId).submit(aSubmission(command))
    const { status, body } = answerOf(submitted)
    return { status, body: JSON.parse(body) as { readonly code?: string; readonly version: number } }
  }

  /** What is there for a user, now. */
  async function balance(userId: string) {
    const snapshot = await env.USERS.getByName(userId).snapshot('not_looked_for')
    const { balance: there } = accessFrom(snapshot, feature, Date.now())
    return there ?? { granted: 0, used: 0, reserved: 0, remaining: 0 }
  }

  return {
    ...shop,
    from,
    to,
    feature,
    move,
    submit,
    balance,
    /** Tells what is to be moved by an event, so that it only has to be processed. */
    prepare: () => (isTransfer ? tellRevenueCat('TRANSFER', from, '') : Promise.resolve()),
    consume: (userId: string, amount: number) => submit(userId, { type: 'consume', feature, amount }),
    reserve: (userId: string, amount: number, ttlMs = 600_000) =>
      submit(userId, { type: 'reserve', feature, amount, ttlMs }),
    /** Lets what was begun end, and what is held lapse. */
    async rest() {
      for (let round = 0; round < 4; round += 1) {
        shop.pass(120_000)
        await shop.sweep()
      }
      pass(3_600_000)
    },
    /** What is still on its way. */
    async onItsWay() {
      const source = { ...of, ref: isTransfer ? shop.name : `purchase/${shop.name}` }
      return [await moveOf(env.DB, source), ...(await handOversOf(env.DB, source))].filter(
        (one) => one !== null,
      )
    },
    async areIntact() {
      const verdicts = await Promise.all([from, to].map((userId) => verify(env.DB, userId)))
      return verdicts.every(({ intact }) => intact)
    },
  }
}
