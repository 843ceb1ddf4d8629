import { Paddle } from '@paddle/paddle-node-sdk'
import { describe, expect, it } from 'vitest'
import { itAgrees, stopTheClock } from './agreement.ts'
import { BODY, NOW, paddle, textOf } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

const { webhooks } = new Paddle('pdl_sdbx_apikey_of_nobody')

const accepts = async ({ headers, body }: { readonly headers: Headers; readonly body: string }) => {
  try {
    return await webhooks.isSignatureValid(body, paddle.secret, headers.get('Paddle-Signature') ?? '')
  } catch {
    return false
  }
}

itAgrees(paddle, accepts, {
  // It gives a delivery 5 s to arrive, and less by what our clock is ahead.
  'was signed 299 s ago': 'we accept',
  // Only the age is checked.
  'will be signed in 301 s': 'we refuse',
  // It looks at the last `h1` alone, while Paddle sends "at least one".
  'is signed with the old secret, then with the next': 'we accept',
  // The last `h1` again.
  'has its header twice': 'we refuse',
})

describe('Paddle', () => {
  stopTheClock()
  const body = textOf(BODY)

  it('is wrong to refuse what is 6 s old', async () => {
    const aged = async (seconds: number) => {
      const headers = await paddle.sign(BODY, { at: NOW - seconds * 1000 })
      return { ours: await verdictOn(paddle, { headers }), theirs: await accepts({ headers, body }) }
    }
    expect(await aged(5)).toEqual({ ours: 'valid', theirs: true })
    expect(await aged(6)).toEqual({ ours: 'valid', theirs: false })
  })

  it('is wrong to accept a time to come, even by a year', async () => {
    const headers = await paddle.sign(BODY, { at: NOW + 365 * 86_400_000 })
    expect(await accepts({ headers, body })).toBe(true)
    expect(await verdictOn(paddle, { headers })).toBe('stale')
  })

  it('is wrong to throw at a header that it cannot read', async () => {
    const headers = await rewritten(paddle, () => 'garbage')
    await expect(webhooks.isSignatureValid(body, paddle.secret, 'garbage')).rejects.toThrow('Invalid webhook')
    expect(await verdictOn(paddle, { headers })).toBe('malformed')
  })
})
