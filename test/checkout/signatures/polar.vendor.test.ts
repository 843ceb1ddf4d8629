import { webhooks } from '@polar-sh/sdk/2026-10'
import { describe, expect, it } from 'vitest'
import { itAgrees, passes, stopTheClock } from './agreement.ts'
import { bytesOf, polar, standardWebhooks } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

const event = bytesOf('{"type": "order.paid", "timestamp": "2030-01-01T00:00:00Z", "data": {"id": "1"}}')

itAgrees(
  polar,
  ({ headers, body }) =>
    passes(() => webhooks.validateEvent(body, Object.fromEntries(headers), polar.secret)),
  {
    // It looks at what stands between the first comma and the second.
    'has its header twice': 'we refuse',
    // It is rightly signed. That there is no event in it is found by whoever reads it.
    'has an empty body': 'we accept',
  },
  event,
)

describe('Polar', () => {
  stopTheClock()

  it('tries the whole secret and what it decodes to, as we do', async () => {
    const { secret, sign } = standardWebhooks
    for (const keyOf of [bytesOf, undefined]) {
      const headers = await sign(event, keyOf && { keyOf })
      await webhooks.validateEvent(event, Object.fromEntries(headers), secret)
      expect(await verdictOn(polar, { headers, body: event, secrets: [secret] })).toBe('valid')
    }
  })

  it('is wrong to throw at a type that it does not know: its sender gives up after ten of them', async () => {
    const body = bytesOf('{"type": "seat.painted", "timestamp": "2030-01-01T00:00:00Z", "data": {}}')
    const headers = await polar.sign(body)
    await expect(
      webhooks.validateEvent(body, Object.fromEntries(headers), polar.secret),
    ).rejects.toBeInstanceOf(webhooks.PolarWebhookUnknownTypeError)
    expect(await verdictOn(polar, { headers, body })).toBe('valid')
  })

  it('is wrong to read base64 without its padding', async () => {
    const headers = await rewritten(polar, (written) => written.replace('=', ''), event)
    await webhooks.validateEvent(event, Object.fromEntries(headers), polar.secret)
    expect(await verdictOn(polar, { headers, body: event })).toBe('malformed')
  })
})
