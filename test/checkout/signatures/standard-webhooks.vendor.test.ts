import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { itAgrees, passes, stopTheClock } from './agreement.ts'
import { BODY, bytesOf, NOW, standardWebhooks, textOf } from './senders.ts'
import { verdictOn } from './verdict.ts'

const webhook = new Webhook(standardWebhooks.secret)

itAgrees(
  standardWebhooks,
  ({ headers, body }) => passes(() => webhook.verify(body, Object.fromEntries(headers))),
  {
    // It looks at what stands between the first comma and the second.
    'has its header twice': 'we refuse',
  },
)

describe('Standard Webhooks', () => {
  stopTheClock()

  const signedAs = (id: string, body: string) =>
    new Headers({
      'webhook-id': id,
      'webhook-timestamp': `${NOW / 1000}`,
      'webhook-signature': webhook.sign(id, new Date(NOW), body),
    })

  it('signs what we accept', async () => {
    for (const body of [textOf(BODY), '', '{}', '😀']) {
      expect(
        await verdictOn(standardWebhooks, { headers: signedAs('msg_1', body), body: bytesOf(body) }),
      ).toBe('valid')
    }
  })

  it('is wrong to take one signature for two deliveries', async () => {
    const body = '{"id":"evt_1"}'
    const headers = signedAs('msg_1', `${NOW / 1000}.${body}`)
    headers.set('webhook-id', `msg_1.${NOW / 1000}`)
    expect(webhook.verify(body, Object.fromEntries(headers))).toEqual({ id: 'evt_1' })
    expect(await verdictOn(standardWebhooks, { headers, body: bytesOf(body) })).toBe('malformed')
  })

  it('is wrong to read a time that goes on as text', async () => {
    const headers = signedAs('msg_1', textOf(BODY))
    headers.set('webhook-timestamp', `${NOW / 1000}ms`)
    expect(await passes(() => webhook.verify(textOf(BODY), Object.fromEntries(headers)))).toBe(true)
    expect(await verdictOn(standardWebhooks, { headers })).toBe('malformed')
  })
})
