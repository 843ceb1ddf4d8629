import { expect, it } from 'vitest'
import { type Example, EXAMPLES, SEATS } from '../../src/contract/operations/examples.ts'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { WEBHOOKS } from '../../src/contract/operations/webhooks.ts'
import { bytesOf, standardWebhooks } from '../checkout/signatures/senders.ts'
import { aKey, ask } from '../support/api.ts'
import { EXAMPLE_ORDER } from '../support/example-order.ts'
import { anIsolate } from '../support/isolate.ts'

type Id = keyof typeof EXAMPLES
type Of = Awaited<ReturnType<typeof anIsolate>>

const ALL: Readonly<Record<Id, Operation>> = { ...OPERATIONS, ...WEBHOOKS }

function send(id: Id, of: Of, { path = {}, query = {}, header = {}, body }: Example) {
  const { method, path: template } = ALL[id]
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
  const asked = new URLSearchParams(pairs).toString()
  return ask(method.toUpperCase(), asked === '' ? filled : `${filled}?${asked}`, {
    headers: header,
    of,
    ...(body === undefined ? {} : { body }),
  })
}

/** As a shop of one's own signs: no document can hold a signature. */
async function signatureOf(body: unknown): Promise<Record<string, string>> {
  const sending = { at: Date.now(), id: 'msg_1001' }
  return Object.fromEntries(await standardWebhooks.sign(bytesOf(JSON.stringify(body)), sending))
}

/** What a seat can be let go of after. */
async function takeASeat(of: Of): Promise<void> {
  const { userId, feature, holder } = SEATS
  await ask('PUT', `/v4/features/${feature}`, { of, body: { type: 'metered', held: true } })
  await ask('POST', `/v4/users/${userId}/entitlements`, { of, headers: aKey(), body: { feature, amount: 5 } })
  await ask('POST', `/v4/users/${userId}/consumptions`, { of, headers: aKey(), body: { feature, holder } })
}

it('every example of the document works when it is sent', async () => {
  expect(EXAMPLE_ORDER.toSorted()).toEqual(Object.keys(EXAMPLES).toSorted())
  const of = await anIsolate({ WEBHOOK_SECRETS_STANDARD_WEBHOOKS: standardWebhooks.secret })
  let event = ''
  for (const id of EXAMPLE_ORDER) {
    let example = EXAMPLES[id]
    if (id === 'releaseReservation') {
      await send('reserve', of, { ...EXAMPLES.reserve, header: { 'idempotency-key': 'render-2' } })
    }
    if (id === 'listHolders') await takeASeat(of)
    if (id === 'receiveWebhook') example = { ...example, header: await signatureOf(example.body) }
    if (id === 'getInboxEvent' || id === 'replayInboxEvent') example = { ...example, path: { id: event } }
    const { status, text, json } = await send(id, of, example)
    expect(status, `${id}: ${text}`).toBeLessThan(300)
    if (id === 'createEntitlement') expect(json.id).toBe(EXAMPLES.getEntitlement.path?.entitlementId)
    if (id === 'receiveWebhook') event = json.id
  }
})
