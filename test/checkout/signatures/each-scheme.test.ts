import { describe, expect, it } from 'vitest'
import { BODY, bytesOf, NOW, paddle, polar, revenuecat, standardWebhooks, stripe } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

describe('Stripe', () => {
  it('is believed by v1 alone, whatever other schemes sign', async () => {
    const v0 = await rewritten(stripe, (written) => written.replace('v1=', 'v0='))
    expect(await verdictOn(stripe, { headers: v0 })).toBe('malformed')
    const both = await rewritten(stripe, (written) => `${written},v0=${'0'.repeat(64)},v2=new+kind/==`)
    expect(await verdictOn(stripe, { headers: both })).toBe('valid')
  })

  it('may say the time last', async () => {
    const headers = await rewritten(stripe, (written) => written.split(',').toReversed().join(','))
    expect(await verdictOn(stripe, { headers })).toBe('valid')
  })

  it('says one time', async () => {
    for (const other of [NOW / 1000, 0]) {
      const headers = await rewritten(stripe, (written) => `${written},t=${other}`)
      expect(await verdictOn(stripe, { headers })).toBe('malformed')
    }
  })

  it('signs with the secret as it is written, prefix and all', async () => {
    for (const secret of [stripe.secret.replace('whsec_', ''), `${stripe.secret} `]) {
      expect(await verdictOn(stripe, { secrets: [secret] })).toBe('mismatch')
    }
  })
})

describe('Paddle', () => {
  it('is believed by h1 alone', async () => {
    const h2 = await rewritten(paddle, (written) => written.replace('h1=', 'h2='))
    expect(await verdictOn(paddle, { headers: h2 })).toBe('malformed')
    const both = await rewritten(paddle, (written) => `${written};h2=ANOTHER_HASH`)
    expect(await verdictOn(paddle, { headers: both })).toBe('valid')
  })

  it('puts a colon where Stripe puts a full stop', async () => {
    const byStripe = await stripe.sign(BODY, { secrets: [paddle.secret] })
    const header = byStripe.get('Stripe-Signature')?.replace('t=', 'ts=').replace(',v1=', ';h1=') ?? ''
    expect(await verdictOn(paddle, { headers: new Headers({ 'Paddle-Signature': header }) })).toBe('mismatch')
  })
})

describe('Standard Webhooks', () => {
  it('is believed by v1 alone: v1a is of another algorithm', async () => {
    for (const kind of ['v1a', 'v2', 'V1']) {
      const other = await rewritten(standardWebhooks, (written) => written.replace('v1,', `${kind},`))
      expect(await verdictOn(standardWebhooks, { headers: other })).toBe('malformed')
      const both = await rewritten(standardWebhooks, (written) => `${kind},AAAA ${written}`)
      expect(await verdictOn(standardWebhooks, { headers: both })).toBe('valid')
    }
  })

  it('signs the id', async () => {
    const headers = await standardWebhooks.sign(BODY)
    headers.set('webhook-id', 'msg_2')
    expect(await verdictOn(standardWebhooks, { headers })).toBe('mismatch')
    headers.set('webhook-id', 'msg_1, msg_1')
    expect(await verdictOn(standardWebhooks, { headers })).toBe('mismatch')
  })

  it('has no full stop in the id: else what is signed could be parted elsewhere', async () => {
    const seconds = `${NOW / 1000}`
    const inner = bytesOf(`${seconds}.{"id":"evt_1"}`)
    const headers = await standardWebhooks.sign(inner)
    headers.set('webhook-id', `msg_1.${seconds}`)
    const body = bytesOf('{"id":"evt_1"}')
    expect(await verdictOn(standardWebhooks, { headers, body })).toBe('malformed')
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'is not signed without %s',
    async (name) => {
      const headers = await standardWebhooks.sign(BODY)
      headers.set(name, '')
      expect(await verdictOn(standardWebhooks, { headers })).toBe('missing')
      headers.delete(name)
      expect(await verdictOn(standardWebhooks, { headers })).toBe('missing')
    },
  )

  it('knows a secret with and without its prefix, and never one that is not base64', async () => {
    const bare = standardWebhooks.secret.replace('whsec_', '')
    expect(await verdictOn(standardWebhooks, { secrets: [bare] })).toBe('valid')
    const secret = 'whsec_not_base64'
    const headers = await standardWebhooks.sign(BODY, { secrets: [secret], keyOf: bytesOf })
    expect(await verdictOn(standardWebhooks, { headers, secrets: [secret] })).toBe('mismatch')
    expect(await verdictOn(standardWebhooks, { secrets: [secret, bare] })).toBe('valid')
  })
})

describe.each([standardWebhooks, polar])('$provider', (sender) => {
  it('may be signed under the names of Svix', async () => {
    expect(await verdictOn(sender, { headers: underSvix(await sender.sign(BODY)) })).toBe('valid')
    const forged = underSvix(await sender.sign(BODY, { secrets: [sender.nextSecret] }))
    expect(await verdictOn(sender, { headers: forged })).toBe('mismatch')
    const old = underSvix(await sender.sign(BODY, { at: NOW - 301_000 }))
    expect(await verdictOn(sender, { headers: old })).toBe('stale')
  })

  it('is judged by webhook-* alone, where both are there', async () => {
    const good = await sender.sign(BODY)
    const forged = await sender.sign(BODY, { secrets: [sender.nextSecret] })
    expect(await verdictOn(sender, { headers: joined(good, underSvix(forged)) })).toBe('valid')
    expect(await verdictOn(sender, { headers: joined(forged, underSvix(good)) })).toBe('mismatch')
  })

  it.each(['id', 'timestamp', 'signature'])(
    'is never signed by a half of each: without webhook-%s',
    async (name) => {
      const headers = await sender.sign(BODY)
      const mixed = joined(headers, underSvix(headers))
      mixed.delete(`webhook-${name}`)
      expect(await verdictOn(sender, { headers: mixed })).toBe('missing')
      const alone = underSvix(headers)
      alone.delete(`svix-${name}`)
      expect(await verdictOn(sender, { headers: alone })).toBe('missing')
    },
  )
})

function underSvix(headers: Headers): Headers {
  return new Headers([...headers].map(([name, value]) => [name.replace('webhook-', 'svix-'), value]))
}

function joined(...all: readonly Headers[]): Headers {
  return new Headers(all.flatMap((headers) => [...headers]))
}

describe('Polar', () => {
  it('signs with the whole secret, or with what it decodes to', async () => {
    const { secret, sign } = standardWebhooks
    for (const headers of [await sign(BODY), await sign(BODY, { keyOf: bytesOf })]) {
      expect(await verdictOn(polar, { headers, secrets: [secret] })).toBe('valid')
      expect(await verdictOn(polar, { headers, secrets: [polar.secret] })).toBe('mismatch')
    }
  })
})

describe('RevenueCat', () => {
  const value = 'Bearer typed into the dashboard'
  const secrets = [revenuecat.secret, value]

  it('shows the value that was typed in, where it does not sign', async () => {
    const headers = new Headers({ Authorization: value })
    expect(await verdictOn(revenuecat, { headers, secrets })).toBe('valid')
    expect(await verdictOn(revenuecat, { headers, secrets: secrets.toReversed() })).toBe('valid')
    expect(await verdictOn(revenuecat, { headers, secrets: [revenuecat.secret] })).toBe('mismatch')
    expect(await verdictOn(revenuecat, { headers, secrets: [] })).toBe('mismatch')
  })

  // Who copies a token into two dashboards writes the scheme into one of them, or into both.
  it('is believed with the value as it is configured, with and without the scheme in front of it', async () => {
    for (const configured of ['typed in', 'Bearer typed in']) {
      for (const shown of ['typed in', 'Bearer typed in', 'bearer typed in', 'BEARER  typed in']) {
        const headers = new Headers({ Authorization: shown })
        expect(await verdictOn(revenuecat, { headers, secrets: [configured] })).toBe('valid')
      }
    }
  })

  it.each([
    'Basic typed into the dashboard',
    'Bearer Bearer typed into the dashboard',
    'Bearertyped into the dashboard',
    'Bearer typed into the dashboar',
    'Bearer typed into the dashboards',
    'Bearer',
    'Bearer typed into the dashboard, Bearer typed into the dashboard',
  ])('is not believed by %j', async (other) => {
    const headers = new Headers({ Authorization: other })
    expect(await verdictOn(revenuecat, { headers, secrets })).toBe('mismatch')
  })

  it('shows nothing with an empty value, not even an empty secret', async () => {
    const headers = new Headers({ Authorization: '' })
    expect(await verdictOn(revenuecat, { headers, secrets: [''] })).toBe('missing')
  })

  it('is judged by its signature alone, where it signs', async () => {
    const withValue = (headers: Headers) => new Headers([...headers, ['Authorization', value]])
    const good = await revenuecat.sign(BODY)
    good.set('Authorization', 'Bearer of something else')
    expect(await verdictOn(revenuecat, { headers: good, secrets })).toBe('valid')
    const forged = withValue(await revenuecat.sign(BODY, { secrets: ['another'] }))
    expect(await verdictOn(revenuecat, { headers: forged, secrets })).toBe('mismatch')
    const old = withValue(await revenuecat.sign(BODY, { at: NOW - 301_000 }))
    expect(await verdictOn(revenuecat, { headers: old, secrets })).toBe('stale')
    const garbage = withValue(await rewritten(revenuecat, () => 'garbage'))
    expect(await verdictOn(revenuecat, { headers: garbage, secrets })).toBe('malformed')
  })
})

it('takes no Authorization header for a signature of anybody else', async () => {
  const headers = new Headers({ Authorization: stripe.secret })
  for (const sender of [stripe, paddle, polar, standardWebhooks]) {
    expect(await verdictOn(sender, { headers, secrets: [stripe.secret] })).toBe('missing')
  }
})
