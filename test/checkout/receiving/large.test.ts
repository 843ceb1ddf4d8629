import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { unpackBody } from '../../../src/checkout/events/pack-body.ts'
import { receive } from '../../../src/checkout/receive.ts'
import { eventById } from '../../../src/inbox/inbox-event.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { standardWebhooks } from '../signatures/senders.ts'
import { NOW, type Received, aShop } from '../a-shop.ts'

const LARGEST = 2 * 1024 * 1024

/** An event of 2 MiB whose note has these bytes, chosen by chance: gzip gains only what is missing of 256. */
function anEvent(bytes: readonly number[]): Uint8Array {
  const encoder = new TextEncoder()
  const head = encoder.encode('{"type":"shop.opened","timestamp":"2030-01-01T11:00:00Z","data":{"note":"')
  const tail = encoder.encode('"}}')
  const note = new Uint8Array(LARGEST - head.length - tail.length)
  for (let from = 0; from < note.length; from += 65_536)
    crypto.getRandomValues(note.subarray(from, from + 65_536))
  return new Uint8Array([...head, ...note.map((byte) => bytes[byte % bytes.length] ?? 0), ...tail])
}

/** All that may stand in a text of JSON as they are. */
const between = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    (byte) => ![0x22, 0x5c].includes(byte),
  )

async function deliver(body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  const signed = await standardWebhooks.sign(body, { id: crypto.randomUUID(), at: NOW })
  const request = new Request('https://ledger.test/webhooks/standard-webhooks', {
    method: 'POST',
    headers: { ...headers, ...Object.fromEntries(signed) },
    body,
  })
  return receive(request, {
    ...aShop().deps,
    secrets: new Map([['standard-webhooks', [standardWebhooks.secret]]]),
    waitUntil: () => undefined,
    process: () => Promise.resolve(),
    processAgain: () => Promise.resolve(),
  })
}

describe('a webhook of 2 MiB', () => {
  it('is kept in one row that D1 takes, even with text that hardly packs and all headers that a request may have', async () => {
    const body = anEvent(between(0x20, 0x7e))
    const response = await deliver(body, { 'x-of-a-proxy': 'x'.repeat(100_000) })
    const { status, id } = await response.json<Received>()
    expect(status).toBe('accepted')
    const { body: kept } = (await eventById(env.DB, id)) ?? expect.fail()
    expect(await sha256(await unpackBody(kept ?? expect.fail()))).toBe(await sha256(body))
    const size = `SELECT length(CAST(headers AS BLOB)) + length(body) AS bytes FROM inbox WHERE id = ?`
    expect(await env.DB.prepare(size).bind(id).first('bytes')).toBeLessThan(1_990_000)
  })

  it('that packs to more than a row of D1 takes is refused, and nothing of it is kept', async () => {
    const count = () => env.DB.prepare('SELECT count(*) AS count FROM inbox').first('count')
    const before = await count()
    const response = await deliver(anEvent(between(0x20, 0xff)))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({
      code: 'too_large',
      detail: expect.stringContaining('packed'),
    })
    expect(await count()).toBe(before)
  })
})
