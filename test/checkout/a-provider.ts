import { env } from 'cloudflare:workers'
import { processArrival, processEvent } from '../../src/checkout/processing/process.ts'
import { receive } from '../../src/checkout/receive.ts'
import { type SweepDeps, sweep } from '../../src/checkout/jobs/sweep.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import type { Received } from './a-shop.ts'
import type { Delivery } from './scenario.ts'
import { type Provider, NOW, bytesOf, senders } from './signatures/senders.ts'
import { CHECKOUT_DEFAULTS } from '../support/checkout-defaults.ts'

/** A provider and the deployment that it sends to. Ids are the provider's own: every test needs a world of its own. */
export function aProvider(
  name: Provider,
  mode: SweepDeps['mode'] = 'test',
  trusted: Partial<typeof CHECKOUT_DEFAULTS> = {},
  at = NOW,
) {
  const deps: SweepDeps = {
    d1: env.DB,
    ledgers: (userId) => env.USERS.getByName(userId),
    now: () => at,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode,
    ...CHECKOUT_DEFAULTS,
    ...trusted,
    keep: { settledMs: 1e12, unsettledMs: 1e12 },
    isFull: () => false,
  }

  return {
    deps,
    async tell({ body, headers: told = {} }: Delivery): Promise<Received> {
      const sender = senders.find(({ provider }) => provider === name)
      if (sender === undefined) throw new Error(`Nobody signs for ${name}`)
      const bytes = bytesOf(JSON.stringify(body))
      const headers = await sender.sign(bytes, { at, id: told['webhook-id'] ?? 'msg_1' })
      // What the provider names besides, nobody signs.
      for (const [header, value] of Object.entries(told)) if (!headers.has(header)) headers.set(header, value)
      const pending: Promise<unknown>[] = []
      const response = await receive(
        new Request(`https://ledger.test/webhooks/${name}`, { method: 'POST', headers, body: bytes }),
        {
          ...deps,
          secrets: new Map([[name, [sender.secret]]]),
          waitUntil: (work) => pending.push(work),
          process: (event, atHand) => processArrival(deps, event, atHand),
          processAgain: (id) => processEvent(deps, id),
        },
      )
      if (response.status !== 200) throw new Error(`Refused: ${await response.text()}`)
      await Promise.all(pending)
      return response.json<Received>()
    },
    async sells(ref: string, feature: string, account = ''): Promise<void> {
      await putFeature(env.DB, aBooleanFeature(feature))
      const references = [{ provider: name, account, ref }]
      const product = { id: `product-${feature}`, name: ref, features: [{ feature }], references }
      const put = await putProduct(env.DB, product, false)
      if (!put.ok) throw new Error(put.error.code)
    },
    /** Takes all its names from the product that gives the feature. */
    async stopsSelling(feature: string): Promise<void> {
      const product = { id: `product-${feature}`, name: feature, features: [{ feature }], references: [] }
      const put = await putProduct(env.DB, product, true)
      if (!put.ok) throw new Error(put.error.code)
    },
    sweep: () => sweep(deps, { rowsMax: 30, msMax: 20_000 }),
  }
}
