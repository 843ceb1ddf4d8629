import { env } from 'cloudflare:workers'
import { drainAfter } from '../../src/checkout/jobs/drain.ts'
import { processArrival, processEvent } from '../../src/checkout/processing/process.ts'
import { receive } from '../../src/checkout/receive.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { allScenarios } from '../checkout/all-scenarios.ts'
import type { Scenario } from '../checkout/scenario.ts'
import { bytesOf, NOW, type Sender } from '../checkout/signatures/senders.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import { ask } from '../support/api.ts'
import { CHECKOUT_DEFAULTS } from '../support/checkout-defaults.ts'

export interface Delivered {
  readonly sender: Sender
  /** As it is written. */
  readonly body: string
  /** Besides those by which the sender signs. */
  readonly headers?: Readonly<Record<string, string>>
  readonly mode?: 'live' | 'test'
}

export function storiesOf({ provider }: Sender): readonly Scenario[] {
  return allScenarios.flatMap(([, scenarios]) => scenarios.filter((story) => story.provider === provider))
}

/** Everything that is sold in the stories of a provider. */
export async function withCatalog(sender: Sender): Promise<void> {
  const { provider } = sender
  const sold = storiesOf(sender).flatMap(({ catalog }) => Object.entries(catalog))
  for (const [ref, keys] of new Map(sold)) {
    for (const key of keys) await putFeature(env.DB, aBooleanFeature(key))
    const references = [{ provider, ref }]
    const features = keys.map((feature) => ({ feature }))
    await putProduct(env.DB, { id: `product-${crypto.randomUUID()}`, name: ref, features, references }, true)
  }
}

/** Delivers to an empty inbox what is rightly signed. Answers the status, and what became of the event. */
export async function deliverSigned({ sender, body, headers = {}, mode }: Delivered) {
  await env.DB.prepare('DELETE FROM inbox').run()
  const signed = await sender.sign(bytesOf(body), { at: NOW, id: headers['webhook-id'] ?? 'msg_1' })
  for (const [name, value] of Object.entries(headers)) if (!signed.has(name)) signed.set(name, value)
  const status = await deliver(sender, body, signed, mode)
  const event = await env.DB.prepare('SELECT state, reason FROM inbox').first<{
    state: string
    reason: string | null
  }>()
  return { status, event }
}

/** Delivers exactly this, and waits until it is processed. */
export async function deliver(
  sender: Sender,
  body: string,
  headers: Headers,
  mode: 'live' | 'test' = 'test',
): Promise<number> {
  const pending: Promise<unknown>[] = []
  const deps = {
    d1: env.DB,
    ledgers: (userId: string) => env.USERS.getByName(userId),
    now: () => NOW,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode,
    ...CHECKOUT_DEFAULTS,
    secrets: new Map([[sender.provider, [sender.secret]]]),
    waitUntil: (work: Promise<unknown>) => void pending.push(work),
  }
  const { status } = await ask('POST', `/webhooks/${sender.provider}`, {
    token: null,
    headers: Object.fromEntries(headers),
    body,
    of: (request) =>
      receive(request, {
        ...deps,
        process: (event, atHand) => drainAfter(deps, processArrival(deps, event, atHand)),
        processAgain: (id) => drainAfter(deps, processEvent(deps, id)),
      }),
  })
  await Promise.all(pending)
  return status
}
