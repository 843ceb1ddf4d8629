import { describe, expect, it } from 'vitest'
import { senders, SIGNATURE } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

describe.each(senders.filter(({ encoding }) => encoding === 'hex'))('Hex of $provider', (sender) => {
  it('is in lower case: so it is sent, and upper case is refused by the libraries as well', async () => {
    const headers = await rewritten(sender, (written) =>
      written.replace(SIGNATURE, (hex) => hex.toUpperCase()),
    )
    expect(await verdictOn(sender, { headers })).toBe('malformed')
  })
})

describe.each(senders.filter(({ encoding }) => encoding === 'base64'))('Base64 of $provider', (sender) => {
  it('has one writing: padded, of the standard alphabet, with its spare bits at zero', async () => {
    const spare = (base64: string) => base64.replace(/.=$/, (end) => `${next(end.charAt(0))}=`)
    for (const rewrite of [
      (base64: string) => base64.replace('=', ''),
      (base64: string) => `${base64}=`,
      (base64: string) => base64.replace(/.{9}/, '$&-'),
      spare,
    ]) {
      const headers = await rewritten(sender, (written) => written.replace(SIGNATURE, rewrite))
      expect(await verdictOn(sender, { headers })).toBe('malformed')
    }
  })
})

function next(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1)
}
