import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { verify } from '../../src/ledger/store/proof/verify.ts'
import { NOW, type Sender, senders } from '../checkout/signatures/senders.ts'
import { type Delivered, deliver, deliverSigned, storiesOf, withCatalog } from './a-delivery.ts'
import { HOSTILE_BODIES, HOSTILE_JSON, HOSTILE_TEXTS } from './hostile.ts'
import { mutatedJson } from './mutated-json.ts'
import { canBeSent } from './request-arbitrary.ts'

const RUNS = { numRuns: 2 * Number(env.TEST_FUZZ_RUNS), timeout: 5000, interruptAfterTimeLimit: 40_000 }

const errors: string[] = []
beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line)))
})

/** The events of a provider's stories with one thing in them that it would never send, or no event at all. */
function deliveriesOf(sender: Sender): fc.Arbitrary<Delivered> {
  const told = fc.constantFrom(...storiesOf(sender).flatMap(({ events }) => events))
  const mode = fc.constantFrom('live', 'test')
  const mutated = fc
    .tuple(told, mode)
    .chain(([{ body, headers = {} }, mode]) =>
      mutatedJson(body).map((text) => ({ sender, body: text, headers, mode })),
    )
  const nothing = fc
    .tuple(told, mode, fc.oneof(fc.constantFrom(...HOSTILE_BODIES), fc.json()))
    .map(([{ headers = {} }, mode, body]) => ({ sender, body, headers, mode }))
  return fc.oneof({ arbitrary: mutated, weight: 4 }, { arbitrary: nothing, weight: 1 })
}

/** Headers of all kinds and none that signs: by chance nobody makes a signature. */
function headersTo({ header }: Sender): fc.Arbitrary<Headers> {
  const names = [header, 'webhook-id', 'webhook-timestamp', 'Authorization', 'X-Body-Sha256', 'Content-Type']
  const seconds = NOW / 1000
  const wrong = '0'.repeat(64)
  const values = fc.oneof(
    fc.constantFrom(
      ...HOSTILE_TEXTS,
      `${seconds}`,
      `${seconds}.5`,
      `t=${seconds},v1=`,
      `t=${seconds},v1=${wrong}`,
      `ts=${seconds};h1=${wrong}`,
      `v1,${'A'.repeat(43)}=`,
      `t=${seconds}${`,v1=${wrong}`.repeat(1000)}`,
      `v1,${'A'.repeat(43)}= `.repeat(1000),
    ),
    fc.stringMatching(/^[ -~]{0,40}$/),
  )
  return fc
    .dictionary(fc.constantFrom(...names), values, { maxKeys: 6 })
    .map((given) => new Headers(Object.entries(given).filter(([name, value]) => canBeSent(name, value))))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''))
    return true
  } catch {
    return false
  }
}

describe.each(senders)('A delivery of $provider', (sender) => {
  it('that is rightly signed is kept if it is JSON, whatever it says, else refused, and never fails', async () => {
    await withCatalog(sender)
    await fc.assert(
      fc.asyncProperty(deliveriesOf(sender), async (delivered) => {
        errors.length = 0
        const { status, event } = await deliverSigned(delivered)
        expect(status).toBe(isJson(delivered.body) ? 200 : 400)
        expect([event?.state, errors]).toEqual([
          status === 200 ? expect.not.stringMatching('failed') : undefined,
          [],
        ])
      }),
      RUNS,
    )
    const { results } = await env.DB.prepare('SELECT DISTINCT user_id AS userId FROM entries').all<{
      userId: string
    }>()
    for (const { userId } of results) expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  }, 60_000)

  it('that is not rightly signed is refused, whatever its headers say, and nothing is kept', async () => {
    await env.DB.prepare('DELETE FROM inbox').run()
    await fc.assert(
      fc.asyncProperty(headersTo(sender), fc.constantFrom(...HOSTILE_JSON), async (headers, body) => {
        errors.length = 0
        expect([await deliver(sender, body, headers), errors]).toEqual([401, []])
      }),
      RUNS,
    )
    expect(await env.DB.prepare('SELECT count(*) AS count FROM inbox').first('count')).toBe(0)
  }, 60_000)
})
