import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import {
  lemonsqueezy,
  paddle,
  polar,
  revenuecat,
  type Sender,
  stripe,
} from '../checkout/signatures/senders.ts'
import { deliverSigned, storiesOf, withCatalog } from './a-delivery.ts'

// Half a character has no UTF-8: in D1 it would become another text, and by that a purchase is found again.
it.each([
  [stripe, ['data', 'object', 'id']],
  [paddle, ['data', 'id']],
  [polar, ['data', 'id']],
  [polar, ['data', 'product_id']],
  [lemonsqueezy, ['data', 'id']],
  [revenuecat, ['event', 'original_transaction_id']],
])(
  'An event of $provider with half a character in an id is kept, and waits for somebody to look',
  async (sender, place) => {
    await withCatalog(sender)
    const states = new Set<string | undefined>()
    for (const mode of ['live', 'test'] as const) {
      for (const { body, headers = {} } of storiesOf(sender)[0]?.events ?? []) {
        const written = JSON.stringify(withHalfACharacter(body, place))
        const { status, event } = await deliverSigned({ sender, body: written, headers, mode })
        expect(status).toBe(200)
        states.add(`${event?.state} ${event?.reason}`)
      }
    }
    expect(states).toContain('quarantined unknown_value')
    expect([...states].filter((state) => /failed|dead/.test(state ?? ''))).toEqual([])
    expect(await broken(sender)).toEqual([])
  },
)

function withHalfACharacter(body: unknown, place: readonly string[]): unknown {
  const copy: unknown = structuredClone(body)
  let holder: unknown = copy
  for (const name of place.slice(0, -1)) holder = Reflect.get(holder as object, name)
  Reflect.set(holder as object, place.at(-1) ?? '', '\ud800')
  return copy
}

/** Names of purchases that are not as anybody wrote them. */
async function broken({ provider }: Sender): Promise<readonly string[]> {
  const ids = env.DB.prepare('SELECT id FROM refs WHERE provider = ?').bind(provider)
  const { results } = await ids.all<{ id: string }>()
  return results.map(({ id }) => id).filter((id) => !id.isWellFormed() || id.includes('\ufffd'))
}
