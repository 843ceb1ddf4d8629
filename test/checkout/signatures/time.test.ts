import { describe, expect, it } from 'vitest'
import { BODY, NOW, senders, timedSenders } from './senders.ts'
import { verdictOn } from './verdict.ts'

describe.each(timedSenders)('The time of a delivery of $provider', (sender) => {
  it.each([0, -299, -300, 299, 300])('may be %i seconds from ours', async (seconds) => {
    const headers = await sender.sign(BODY, { at: NOW + seconds * 1000 })
    expect(await verdictOn(sender, { headers })).toBe('valid')
  })

  it.each([-301, 301, -86_400, 86_400])('may not be %i seconds from ours', async (seconds) => {
    const headers = await sender.sign(BODY, { at: NOW + seconds * 1000 })
    expect(await verdictOn(sender, { headers })).toBe('stale')
  })

  it('is signed: it cannot be moved to now', async () => {
    const at = NOW - 3_600_000
    const headers = await sender.sign(BODY, { at })
    for (const [name, value] of headers) headers.set(name, value.replace(`${at / 1000}`, `${NOW / 1000}`))
    expect(await verdictOn(sender, { headers })).toBe('mismatch')
  })

  it('is looked at before the signature, which costs more', async () => {
    const headers = await sender.sign(BODY, { at: 0, secrets: [sender.nextSecret] })
    expect(await verdictOn(sender, { headers })).toBe('stale')
  })

  it.each(['+$', '-$', '0$', '$.0', '$e0', '$ms', '0x$', '$000000000', 'now', '', '$ $'])(
    'is not written as %j',
    async (form) => {
      const headers = await sender.sign(BODY)
      const other = form.replaceAll('$', `${NOW / 1000}`)
      for (const [name, value] of headers) headers.set(name, value.replace(`${NOW / 1000}`, other))
      expect(await verdictOn(sender, { headers })).toBe(verdictOnTime(sender.header, other))
    },
  )
})

describe.each(senders.filter(({ timed }) => !timed))('A delivery of $provider', (sender) => {
  it('says no time, and is accepted at any', async () => {
    const headers = await sender.sign(BODY)
    for (const now of [0, NOW, NOW + 1e12]) expect(await verdictOn(sender, { headers, now })).toBe('valid')
  })
})

/** A header of its own that is empty is one that is not there. */
function verdictOnTime(header: string, time: string): string {
  return header === 'webhook-signature' && time === '' ? 'missing' : 'malformed'
}
