import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { BODY, bytesOf, NOW, type Sender, SIGNATURE, textOf } from './senders.ts'
import { rewritten, verdictOn } from './verdict.ts'

interface Delivery {
  readonly headers: Headers
  readonly body: Uint8Array
}

type Deliver = (sender: Sender, body: Uint8Array) => Promise<Delivery>

const always: Record<string, Deliver> = {
  'is signed with another secret': async (sender, body) => ({
    headers: await sender.sign(body, { secrets: [sender.nextSecret] }),
    body,
  }),
  'has another body': async (sender, body) => ({
    headers: await sender.sign(body),
    body: bytesOf(textOf(body).replace('1', '2')),
  }),
  'has a body that was written again': async (sender, body) => ({
    headers: await sender.sign(body),
    body: bytesOf(JSON.stringify(JSON.parse(textOf(body)))),
  }),
  'has an empty body': async (sender) => {
    const body = new Uint8Array()
    return { headers: await sender.sign(body), body }
  },
  'has 2 MiB': async (sender, event) => {
    const body = bytesOf(textOf(event) + ' '.repeat(2 * 1024 * 1024 - event.length))
    return { headers: await sender.sign(body), body }
  },
  'has no header': async (_sender, body) => ({ headers: new Headers(), body }),
  'has an empty header': written(() => ''),
  'has a header of garbage': written(() => 'garbage'),
  'has a signature that is cut short': written((header) => header.slice(0, -8)),
  'has a signature that goes on': written((header) => `${header}0`),
  'has a signature in other case': written((header) => header.replace(SIGNATURE, swapCase)),
  'has its header twice': written((header) => `${header}, ${header}`),
}

const timed: Record<string, Deliver> = {
  'was signed 299 s ago': signed({ at: NOW - 299_000 }),
  'was signed 301 s ago': signed({ at: NOW - 301_000 }),
  'will be signed in 299 s': signed({ at: NOW + 299_000 }),
  'will be signed in 301 s': signed({ at: NOW + 301_000 }),
}

const listing: Record<string, Deliver> = {
  'is signed with the old secret, then with the next': async (sender, body) => ({
    headers: await sender.sign(body, { secrets: [sender.secret, sender.nextSecret] }),
    body,
  }),
  'is signed with the next secret, then with the old': async (sender, body) => ({
    headers: await sender.sign(body, { secrets: [sender.nextSecret, sender.secret] }),
    body,
  }),
}

function signed(sending = {}): Deliver {
  return async (sender, body) => ({ headers: await sender.sign(body, sending), body })
}

function written(write: (header: string) => string): Deliver {
  return async (sender, body) => ({ headers: await rewritten(sender, write, body), body })
}

function swapCase(text: string): string {
  return text.toUpperCase() === text ? text.toLowerCase() : text.toUpperCase()
}

/** Whether the provider's own library takes it for a delivery of the provider, with the secret of the sender. */
export type Library = (delivery: { readonly headers: Headers; readonly body: string }) => Promise<boolean>

/** Compares all kinds of deliveries. Where the library is wrong, `apart` says what we do instead. */
export function itAgrees(
  sender: Sender,
  library: Library,
  apart: Readonly<Record<string, 'we accept' | 'we refuse'>>,
  event = BODY,
): void {
  describe('The library', () => {
    stopTheClock()
    const deliveries = { ...always, ...(sender.timed && timed), ...(sender.separator !== null && listing) }

    it('accepts a delivery that is as it should be, as we do', async () => {
      const headers = await sender.sign(event)
      expect(await library({ headers, body: textOf(event) })).toBe(true)
      expect(await verdictOn(sender, { headers, body: event })).toBe('valid')
    })

    it('differs only in deliveries that are compared', () => {
      expect(Object.keys(deliveries)).toEqual(expect.arrayContaining(Object.keys(apart)))
    })

    it.each(Object.keys(deliveries))(
      'says the same of a delivery that %s, unless it is wrong',
      async (name) => {
        const { headers, body } = (await deliveries[name]?.(sender, event)) ?? expect.fail()
        const ours = (await verdictOn(sender, { headers, body })) === 'valid'
        const theirs = await library({ headers, body: textOf(body) })
        const wrong = apart[name]
        expect(ours).toBe(wrong === undefined ? theirs : wrong === 'we accept')
        expect(theirs).toBe(wrong === undefined ? ours : wrong === 'we refuse')
      },
    )
  })
}

/** The libraries ask for the time themselves. */
export function stopTheClock(): void {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  })
  afterAll(() => {
    vi.useRealTimers()
  })
}

/** Whether a verification throws, for libraries that refuse so. */
export async function passes(verify: () => unknown): Promise<boolean> {
  try {
    await verify()
    return true
  } catch {
    return false
  }
}
