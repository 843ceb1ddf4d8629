import { describe, expect, it } from 'vitest'
import { PROVIDER_BY_NAME } from '../../../src/checkout/providers/provider-named.ts'
import { BODY, bytesOf, NOW, senders, SIGNATURE, textOf } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

it('knows a sender for every scheme', () => {
  expect(senders.map(({ provider }) => provider)).toEqual(Object.keys(PROVIDER_BY_NAME))
})

describe.each(senders)('A delivery of $provider', (sender) => {
  const { sign, secret, nextSecret } = sender

  it('is accepted when it is signed with the secret', async () => {
    expect(await verdictOn(sender)).toBe('valid')
  })

  it('is refused when it is signed with another', async () => {
    const headers = await sign(BODY, { secrets: [nextSecret] })
    expect(await verdictOn(sender, { headers })).toBe('mismatch')
  })

  it('is accepted by either secret while both are configured, in any order', async () => {
    for (const secrets of [
      [secret, nextSecret],
      [nextSecret, secret],
    ]) {
      for (const signer of [secret, nextSecret]) {
        const headers = await sign(BODY, { secrets: [signer] })
        expect(await verdictOn(sender, { headers, secrets })).toBe('valid')
      }
    }
  })

  it('is refused where no secret is configured, or one that is empty', async () => {
    // To HMAC, an empty key and one byte of zero are the same key.
    const forged = await sign(BODY, { keyOf: () => new Uint8Array(1) })
    for (const secrets of [[], [''], ['   '], ['whsec_']]) {
      expect(await verdictOn(sender, { secrets })).toBe('mismatch')
      expect(await verdictOn(sender, { headers: forged, secrets })).toBe('mismatch')
    }
  })

  it('is refused when the body was parsed and written again', async () => {
    const headers = await sign(BODY)
    const body = bytesOf(JSON.stringify(JSON.parse(textOf(BODY))))
    expect(await verdictOn(sender, { headers, body })).toBe('mismatch')
  })

  it('is refused with any byte of the body changed, cut off or added', async () => {
    const headers = await sign(BODY)
    for (const index of BODY.keys()) {
      const body = BODY.map((byte, at) => (at === index ? byte ^ 1 : byte))
      expect(await verdictOn(sender, { headers, body })).toBe('mismatch')
    }
    for (const body of [BODY.slice(1), BODY.slice(0, -1), new Uint8Array(), new Uint8Array([...BODY, 10])]) {
      expect(await verdictOn(sender, { headers, body })).toBe('mismatch')
    }
  })

  it('is refused with any digit of the signature changed', async () => {
    const right = (await sign(BODY)).get(sender.header)?.match(SIGNATURE)?.[0] ?? ''
    for (const index of right.replace('=', '').split('').keys()) {
      const other = right[index] === '0' ? '4' : '0'
      const forged = right.slice(0, index) + other + right.slice(index + 1)
      const headers = await rewritten(sender, (written) => written.replace(right, forged))
      expect(await verdictOn(sender, { headers })).toBe('mismatch')
    }
  })

  it('has no signature when it has no header, or an empty one', async () => {
    expect(await verdictOn(sender, { headers: new Headers() })).toBe('missing')
    expect(await verdictOn(sender, { headers: await rewritten(sender, () => '') })).toBe('missing')
  })

  it.each([
    'garbage',
    '=',
    ',',
    ';',
    ', ,',
    '0',
    'null',
    'v1',
    'v1,',
    'v1=',
    't=,v1=',
    `t=${NOW / 1000}`,
    `t=${NOW / 1000},v1=`,
    `t=${NOW / 1000},v1=é`,
    `ts=${NOW / 1000};h1=`,
    `ts=${NOW / 1000};h1=00`,
    `v1=${'0'.repeat(64)}`,
    `t=NaN,v1=${'0'.repeat(64)}`,
    `t=${NOW / 1000},v1=${'0'.repeat(63)}`,
    `t=${NOW / 1000},v1=${'0'.repeat(65)}`,
    `v1,${'A'.repeat(44)}`,
    `v1,${'A'.repeat(42)}B=`,
    `v1,${'-'.repeat(42)}A=`,
    'v1,' + '='.repeat(44),
    '__proto__=1,constructor=2',
    'x'.repeat(8192),
  ])('is refused without an error when the header is %j', async (garbage) => {
    expect(await verdictOn(sender, { headers: await rewritten(sender, () => garbage) })).toBe('malformed')
  })

  it('is refused when the signature is cut short or goes on', async () => {
    for (const write of [
      (written: string) => written.slice(0, -1),
      (written: string) => written.slice(0, -8),
      (written: string) => `${written}0`,
      (written: string) => `${written}=`,
    ]) {
      expect(await verdictOn(sender, { headers: await rewritten(sender, write) })).toBe('malformed')
    }
  })

  // Fetch joins equal headers by comma and space. No provider sends two: there is somebody else in between.
  it('is refused when the header comes twice', async () => {
    const headers = await sign(BODY)
    headers.append(sender.header, headers.get(sender.header) ?? '')
    expect(headers.get(sender.header)).toContain(', ')
    expect(await verdictOn(sender, { headers })).toBe('malformed')
    const joined = await rewritten(sender, (written) => `${written},${written}`)
    expect(await verdictOn(sender, { headers: joined })).toBe('malformed')
  })

  it('is no delivery of another provider', async () => {
    const readers = senders.filter(({ header }) => header !== sender.header)
    for (const reader of readers) {
      const headers = await sign(BODY, { secrets: [reader.secret], keyOf: bytesOf })
      expect(await verdictOn(reader, { headers })).toBe('missing')
    }
  })

  // Whether there is an event in it is for whoever reads it.
  it('may have any bytes as its body: none, 2 MiB, and such as are no text', async () => {
    const notUtf8 = new Uint8Array([0xef, 0xbb, 0xbf, 0xff, 0xfe, 0x00, 0x0d, 0x0a])
    for (const body of [new Uint8Array(), new Uint8Array(2 * 1024 * 1024).fill(0x20), notUtf8]) {
      expect(await verdictOn(sender, { body })).toBe('valid')
    }
    const large = new Uint8Array(2 * 1024 * 1024)
    const headers = await sign(large)
    large[large.length - 1] = 1
    expect(await verdictOn(sender, { headers, body: large })).toBe('mismatch')
  })
})
