import { describe, expect, it } from 'vitest'
import { BODY, listingSenders } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

describe.each(listingSenders)('A list of signatures of $provider', (sender) => {
  const { sign, secret, nextSecret, header, separator } = sender

  it('is accepted by any secret with any signature, while a secret is changed', async () => {
    for (const signers of [
      [secret, nextSecret],
      [nextSecret, secret],
    ]) {
      const headers = await sign(BODY, { secrets: signers })
      for (const secrets of [[secret], [nextSecret], [secret, nextSecret], ['other', nextSecret]]) {
        expect(await verdictOn(sender, { headers, secrets })).toBe('valid')
      }
      expect(await verdictOn(sender, { headers, secrets: ['other'] })).toBe('mismatch')
    }
  })

  it('may hold one that is written wrong, besides one that is right', async () => {
    const good = (await sign(BODY)).get(header)?.match(/(v1|h1).*/)?.[0] ?? ''
    for (const wrong of ['0'.repeat(63), 'AAAA', 'v1']) {
      const headers = await rewritten(sender, (written) =>
        written.replace(/(v1|h1)(.).*/, `$1$2${wrong}${separator}${good}`),
      )
      expect(await verdictOn(sender, { headers })).toBe('valid')
    }
  })

  it('has no more than five', async () => {
    const wrong = (count: number) => Array.from({ length: count }, () => nextSecret)
    const five = await sign(BODY, { secrets: [...wrong(4), secret] })
    expect(await verdictOn(sender, { headers: five })).toBe('valid')
    const more = await sign(BODY, { secrets: [secret, ...wrong(5)] })
    expect(await verdictOn(sender, { headers: more })).toBe('malformed')
  })
})
