import { afterEach, describe, expect, it, vi } from 'vitest'
import { BODY, listingSenders } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

afterEach(() => void vi.restoreAllMocks())

function countedPasses() {
  const sign = vi.spyOn(crypto.subtle, 'sign')
  const verify = vi.spyOn(crypto.subtle, 'verify')
  return () => sign.mock.calls.length + verify.mock.calls.length
}

describe.each(listingSenders)('What a stranger has $provider compute', (sender) => {
  const { sign, header, separator, secret, nextSecret } = sender

  it('is one pass over the body for each key, however many signatures are presented', async () => {
    const headers = await sign(BODY, { secrets: Array.from({ length: 5 }, () => 'whsec_c3RyYW5nZXI=') })
    const secrets = [secret, nextSecret]
    const passes = countedPasses()
    expect(await verdictOn(sender, { headers, secrets })).toBe('mismatch')
    // The secret of Polar may stand for two keys.
    expect(passes()).toBeLessThanOrEqual(sender.provider === 'polar' ? 4 : 2)
  })

  it('is nothing for hundreds of signatures, also where one of them is right and the rest is no signature', async () => {
    const headers = await rewritten(sender, (written) => {
      const of = /(v1|h1)./.exec(written)?.[0] ?? ''
      return [written, ...Array.from({ length: 600 }, () => `${of}x`)].join(separator ?? '')
    })
    const passes = countedPasses()
    expect(headers.get(header)?.length).toBeGreaterThan(2048)
    expect(await verdictOn(sender, { headers })).toBe('malformed')
    expect(passes()).toBe(0)
  })
})
