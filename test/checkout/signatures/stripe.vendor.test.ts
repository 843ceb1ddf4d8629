import { Stripe } from 'stripe'
import { describe, expect, it } from 'vitest'
import { itAgrees, passes, stopTheClock } from './agreement.ts'
import { BODY, bytesOf, NOW, stripe, textOf } from './senders.ts'
import { verdictOn } from './verdict.ts'

const cryptoProvider = Stripe.createSubtleCryptoProvider()

const construct = (body: string, header: string, secret = stripe.secret) =>
  Stripe.webhooks.constructEventAsync(body, header, secret, undefined, cryptoProvider)

itAgrees(
  stripe,
  ({ headers, body }) => passes(() => construct(body, headers.get('Stripe-Signature') ?? '')),
  {
    // Only the age is checked: who could once set the clock ahead could write deliveries for any later day.
    'will be signed in 301 s': 'we refuse',
    // It reads the second `t` as a name of its own, and never looks at it.
    'has its header twice': 'we refuse',
    // It is rightly signed. That there is no event in it is found by whoever reads it.
    'has an empty body': 'we accept',
  },
)

describe('Stripe', () => {
  stopTheClock()

  it('signs what we accept', async () => {
    for (const body of [textOf(BODY), '{}', '😀']) {
      const header = await Stripe.webhooks.generateTestHeaderStringAsync({
        payload: body,
        secret: stripe.secret,
        timestamp: NOW / 1000,
        cryptoProvider,
      })
      const headers = new Headers({ 'Stripe-Signature': header })
      expect(await verdictOn(stripe, { headers, body: bytesOf(body) })).toBe('valid')
    }
  })

  it('is wrong to accept a time to come, even by a year', async () => {
    const headers = await stripe.sign(BODY, { at: NOW + 365 * 86_400_000 })
    expect(await passes(() => construct(textOf(BODY), headers.get('Stripe-Signature') ?? ''))).toBe(true)
    expect(await verdictOn(stripe, { headers })).toBe('stale')
  })

  it('checks no time at all when it is told a tolerance of 0: we cannot be told', async () => {
    const headers = await stripe.sign(BODY, { at: 0 })
    const header = headers.get('Stripe-Signature') ?? ''
    const verify = () =>
      Stripe.webhooks.signature?.verifyHeaderAsync(textOf(BODY), header, stripe.secret, 0, cryptoProvider)
    expect(await passes(verify)).toBe(true)
    expect(await verdictOn(stripe, { headers })).toBe('stale')
  })

  it('throws at a thin event, which is rightly signed all the same', async () => {
    const thin =
      '{"id": "evt_1", "object": "v2.core.event", "type": "v1.billing.meter.error_report_triggered"}'
    const headers = await stripe.sign(bytesOf(thin))
    await expect(construct(thin, headers.get('Stripe-Signature') ?? '')).rejects.toThrow('thin event')
    expect(await verdictOn(stripe, { headers, body: bytesOf(thin) })).toBe('valid')
  })

  it('signs bytes and not text: its library reads a byte order mark away', async () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, ...BODY])
    const headers = await stripe.sign(body)
    const verify = () =>
      Stripe.webhooks.constructEventAsync(body, headers.get('Stripe-Signature') ?? '', stripe.secret)
    expect(await passes(verify)).toBe(false)
    expect(await verdictOn(stripe, { headers, body })).toBe('valid')
  })
})
