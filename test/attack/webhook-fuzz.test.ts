import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { processEvent } from '../../src/checkout/process.ts'
import { receive } from '../../src/checkout/receive.ts'
import { putFeature } from '../../src/ledger/across-users/features.ts'
import { putProduct } from '../../src/ledger/across-users/put-product.ts'
import { verify } from '../../src/ledger/verify.ts'
import { allScenarios } from '../checkout/all-scenarios.ts'
import type { Scenario } from '../checkout/scenario.ts'
import { bytesOf, NOW, type Sender, senders } from '../checkout/signatures/senders.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import { ask } from '../support/api.ts'
import { HOSTILE_BODIES, HOSTILE_JSON, HOSTILE_TEXTS } from './hostile.ts'
import { mutatedJson } from './mutated-json.ts'
import { canBeSent } from './request-arbitrary.ts'

const RUNS = { numRuns: 2 * Number(env.TEST_FUZZ_RUNS), timeout: 5000, interruptAfterTimeLimit: 40_000 }

const modes = fc.constantFrom('live', 'test')

const errors: string[] = []
beforeEach(async () => {
  errors.length = 0
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line)))
  await env.DB.prepare('DELETE FROM inbox').run()
})

/** Everything that is sold in the stories of a provider. */
async function withCatalog({ provider }: Sender): Promise<void> {
  const sold = storiesOf(provider).flatMap(({ catalog }) => Object.entries(catalog))
  for (const [ref, keys] of new Map(sold)) {
    for (const key of keys) await putFeature(env.DB, aBooleanFeature(key))
    const references = [{ provider, ref }]
    const features = keys.map((feature) => ({ feature }))
    await putProduct(env.DB, { id: `product-${crypto.randomUUID()}`, name: ref, features, references }, true)
  }
}

/** Sends what a provider sends, and waits until it is processed. */
async function send(sender: Sender, body: string, headers: Headers, mode: 'live' | 'test' = 'test') {
  errors.length = 0
  const pending: Promise<unknown>[] = []
  const deps = {
    d1: env.DB,
    ledgers: (userId: string) => env.USERS.getByName(userId),
    now: () => NOW,
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    stripeApiKey: null,
    mode,
    secrets: new Map([[sender.provider, [sender.secret]]]),
    waitUntil: (work: Promise<unknown>) => void pending.push(work),
  }
  const answered = await ask('POST', `/webhooks/${sender.provider}`, {
    token: null,
    headers: Object.fromEntries(headers),
    body,
    of: (request) => receive(request, { ...deps, process: (id) => processEvent(deps, id) }),
  })
  await Promise.all(pending)
  expect(answered.status).toBeLessThan(500)
  expect(errors).toEqual([])
  return answered
}

function storiesOf(provider: string): readonly Scenario[] {
  return allScenarios.flatMap(([, scenarios]) => scenarios.filter((story) => story.provider === provider))
}

/** The events of a provider's stories with one thing in them that it would never send, or no event at all. */
function eventsOf(sender: Sender): fc.Arbitrary<{ body: string; headers: Readonly<Record<string, string>> }> {
  const told = fc.constantFrom(...storiesOf(sender.provider).flatMap(({ events }) => events))
  const mutated = told.chain(({ body, headers = {} }) =>
    mutatedJson(body).map((text) => ({ body: text, headers })),
  )
  const nothing = fc
    .tuple(told, fc.oneof(fc.constantFrom(...HOSTILE_BODIES), fc.json()))
    .map(([{ headers = {} }, body]) => ({ body, headers }))
  return fc.oneof({ arbitrary: mutated, weight: 4 }, { arbitrary: nothing, weight: 1 })
}

describe.each(senders)('A delivery of $provider', (sender) => {
  it('that is rightly signed is taken in or refused, whatever it says, and never fails', async () => {
    await withCatalog(sender)
    await fc.assert(
      fc.asyncProperty(eventsOf(sender), modes, async ({ body, headers }, mode) => {
        await env.DB.prepare('DELETE FROM inbox').run()
        const id = headers['webhook-id'] ?? 'msg_1'
        const signed = await sender.sign(bytesOf(body), { at: NOW, id })
        for (const [name, value] of Object.entries(headers)) if (!signed.has(name)) signed.set(name, value)
        const { status } = await send(sender, body, signed, mode)
        expect([200, 400, 413]).toContain(status)
        const { results } = await env.DB.prepare('SELECT state, reason FROM inbox').all()
        expect(results).not.toContainEqual(expect.objectContaining({ state: 'failed' }))
      }),
      RUNS,
    )
    const { results } = await env.DB.prepare('SELECT DISTINCT user_id FROM entries').all<{
      user_id: string
    }>()
    for (const { user_id } of results) expect(await verify(env.DB, user_id)).toMatchObject({ intact: true })
  }, 60_000)

  it('that is not rightly signed is refused, whatever its headers say, and nothing is kept', async () => {
    const names = [
      sender.header,
      'webhook-id',
      'webhook-timestamp',
      'Authorization',
      'X-Body-Sha256',
      'Content-Type',
    ]
    const values = fc.oneof(
      fc.constantFrom(
        ...HOSTILE_TEXTS,
        `t=${NOW / 1000},v1=`,
        `ts=${NOW / 1000};h1=${'0'.repeat(64)}`,
        'v1,AAAA',
      ),
      fc.constantFrom(
        `t=${NOW / 1000}${`,v1=${'0'.repeat(64)}`.repeat(1000)}`,
        `v1,${'A'.repeat(43)}= `.repeat(1000),
      ),
      fc.stringMatching(/^[ -~]{0,40}$/),
    )
    const headers = fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 6 })
    await fc.assert(
      fc.asyncProperty(headers, fc.constantFrom(...HOSTILE_JSON), async (given, body) => {
        const sendable = new Headers(Object.entries(given).filter(([name, value]) => canBeSent(name, value)))
        expect((await send(sender, body, sendable)).status).toBe(401)
      }),
      RUNS,
    )
    expect(await env.DB.prepare('SELECT count(*) AS count FROM inbox').first('count')).toBe(0)
  }, 60_000)
})
