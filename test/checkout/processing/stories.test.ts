import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { drainAfter } from '../../../src/checkout/jobs/drain.ts'
import { processArrival, processEvent } from '../../../src/checkout/processing/process.ts'
import { providerNamed } from '../../../src/checkout/providers/provider-named.ts'
import { receive } from '../../../src/checkout/receive.ts'
import { type SweepDeps, sweep } from '../../../src/checkout/jobs/sweep.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { allScenarios } from '../all-scenarios.ts'
import type { Delivery, Scenario } from '../scenario.ts'
import { NOW, bytesOf, senders } from '../signatures/senders.ts'
import { aBooleanFeature } from '../../support/a-feature.ts'
import { CHECKOUT_DEFAULTS } from '../../support/checkout-defaults.ts'
import { anEmptyLedger } from '../../support/an-empty-ledger.ts'
import { IS_WHOLE } from '../../support/whole.ts'

// A sample: the rest of all orders is proved on the facts alone. Ids are those of the stories, so that each order
// has a world of its own. Usually each story is told in one order, and its neighbours in the others.
afterEach(async () => {
  await anEmptyLedger()
})

const stories = allScenarios.flatMap(([, scenarios]) => {
  const told = scenarios.filter(({ events }) => events.every(({ reread }) => reread === undefined))
  return [told[0], told[Math.floor(told.length / 2)], told.at(-1)].filter((story) => story !== undefined)
})

const orders: [string, (events: readonly Delivery[]) => readonly Delivery[]][] = [
  ['in order', (events) => [...events]],
  ['the last first', (events) => events.toReversed()],
  ['from the middle on', (events) => [...events.slice(1), ...events.slice(0, 1)]],
]

describe.each(stories.map((story, index) => [`${story.provider}: ${story.name}`, story, index] as const))(
  '%s',
  (_name, story, index) => {
    const told = IS_WHOLE ? orders : orders.slice(index % orders.length).slice(0, 1)

    it.each(told)('ends as it should when its events arrive %s, each twice', async (_order, arrange) => {
      await withCatalog(story)
      let at = NOW
      const deps = await depsOf(story, () => at)
      for (const event of arrange(story.events).flatMap((event) => [event, event]))
        await deliver(story, event, deps)
      for (let minute = 0; minute < 4; minute += 1) {
        at += 6 * 60_000
        await sweep(deps)
      }
      const { userId, access } = story.expected
      const snapshot = await env.USERS.getByName(userId).snapshot('not_looked_for')
      const features = [...new Set(Object.values(story.catalog).flat())].toSorted()
      for (const { at: iso, features: expected } of access) {
        const usable = features.filter((feature) => accessFrom(snapshot, feature, Date.parse(iso)).allowed)
        expect({ at: iso, usable }).toEqual({ at: iso, usable: expected })
      }
      expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
      expect(await unsettled()).toEqual([])
    })
  },
)

async function depsOf({ provider, events: [first] }: Scenario, now: () => number): Promise<SweepDeps> {
  const headers = new Headers({ 'x-body-sha256': 'any', ...first?.headers })
  const envelope = await providerNamed(provider)?.envelopeOf(first?.body, headers)
  return {
    d1: env.DB,
    ledgers: (userId) => env.USERS.getByName(userId),
    now,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode: envelope?.mode ?? 'test',
    ...CHECKOUT_DEFAULTS,
    // In these the shop's server makes every checkout.
    namings: new Map([[provider, 'server']]),
    keep: { settledMs: 1e12, unsettledMs: 1e12 },
    isFull: () => false,
  }
}

async function deliver(
  { provider }: Scenario,
  { body, headers = {} }: Delivery,
  deps: SweepDeps,
): Promise<void> {
  const sender = senders.find((one) => one.provider === provider)
  if (sender === undefined) throw new Error(`Nobody signs for ${provider}`)
  const bytes = bytesOf(JSON.stringify(body))
  const id = headers['webhook-id'] ?? 'msg_1'
  const signed = await sender.sign(bytes, { at: deps.now(), id })
  for (const [name, value] of Object.entries(headers)) if (!signed.has(name)) signed.set(name, value)
  const pending: Promise<unknown>[] = []
  const response = await receive(
    new Request(`https://ledger.test/webhooks/${provider}`, { method: 'POST', headers: signed, body: bytes }),
    {
      ...deps,
      secrets: new Map([[provider, [sender.secret]]]),
      waitUntil: (work) => pending.push(work),
      process: (event, atHand) => drainAfter(deps, processArrival(deps, event, atHand)),
      processAgain: (id) => drainAfter(deps, processEvent(deps, id)),
    },
  )
  expect(response.status).toBe(200)
  await Promise.all(pending)
}

async function withCatalog({ provider, catalog }: Scenario): Promise<void> {
  for (const [ref, keys] of Object.entries(catalog)) {
    for (const key of keys) await putFeature(env.DB, aBooleanFeature(key))
    const features = keys.map((feature) => ({ feature }))
    const product = {
      id: `product-${crypto.randomUUID()}`,
      name: ref,
      features,
      references: [{ provider, ref }],
    }
    expect((await putProduct(env.DB, product, false)).ok).toBe(true)
  }
}

async function unsettled() {
  const { results } = await env.DB.prepare(
    `SELECT type, state, reason FROM inbox WHERE state NOT IN ('applied', 'superseded', 'ignored')`,
  ).all()
  return results
}
