import { CLOCK, type Clock, type Moment, msSince } from '../clock.ts'
import { Deadline } from '../deadline.ts'
import type { PassportJwks } from './passport-jwks.ts'
import { passportForm } from './passport-form.ts'
import { refuse } from './passport-refusal.ts'
import { type SignedClaims, isObject } from './signed-claims.ts'
import { TrustedKeys } from './trusted-keys.ts'

export interface RemoteJwksOptions {
  /** What asks in the place of the runtime’s own `fetch`, such as that of a service binding. */
  readonly fetch?: typeof fetch
  /** How long the ledger is waited for, in milliseconds; 3000 when left out. */
  readonly timeoutMs?: number
}

interface Held {
  readonly keys: TrustedKeys
  /** When they were asked for. */
  readonly at: Moment
}

/**
 * Keys are asked for again once they are older than this. A ledger lets caches keep them for 5 minutes, so that 10 minutes after a key
 * was taken out nobody takes what it signs.
 */
const REFRESH_MS = 5 * 60_000

/** Keys are used for so long while nobody answers, and then no longer: one that was stolen may be among them. */
const KEPT_MS = 24 * 3600_000

/** While there are keys the ledger is asked no more often than that, however many passports name others. */
const PAUSE_MS = 30_000

/** Asks one address for keys, once at a time. */
export class RemoteJwks implements PassportJwks {
  readonly #url: string
  readonly #fetch: typeof fetch | undefined
  readonly #timeoutMs: number
  readonly #clock: Clock
  #held: Held | null = null
  #flight: { readonly sentAt: Moment; readonly landing: Promise<void> } | null = null

  constructor(url: string, { fetch: ask, timeoutMs = 3000 }: RemoteJwksOptions = {}, clock: Clock = CLOCK) {
    this.#url = url
    this.#fetch = ask
    this.#timeoutMs = timeoutMs
    this.#clock = clock
  }

  async open(text: string, nowSeconds: number): Promise<SignedClaims> {
    const held = this.#usable(REFRESH_MS)
    const known = held?.known(text, nowSeconds)
    if (known) return known
    const form = passportForm(text)
    if (!held?.has(form.kid)) await this.#renew()
    const keys = this.#usable(KEPT_MS) ?? refuse('keys_unavailable')
    return keys.open(form, nowSeconds)
  }

  /** What is held, if it is not so old. */
  #usable(ageMs: number): TrustedKeys | null {
    return this.#held !== null && msSince(this.#held.at, this.#clock()) < ageMs ? this.#held.keys : null
  }

  /** Waits for what the ledger has now, or leaves it alone. What it does not answer well changes nothing. */
  async #renew(): Promise<void> {
    const now = this.#clock()
    const sinceSentMs = this.#flight === null ? Infinity : msSince(this.#flight.sentAt, now)
    const isDue = sinceSentMs >= (this.#held === null ? this.#timeoutMs : PAUSE_MS)
    // In a Worker what was asked longer ago may have died with the request that asked it.
    if (!isDue && sinceSentMs >= this.#timeoutMs) return
    if (isDue || this.#flight === null) this.#flight = { sentAt: now, landing: this.#ask(now) }
    const { landing } = this.#flight
    await this.#deadline()
      .within(() => landing)
      .catch(() => {})
  }

  #deadline(): Deadline {
    return new Deadline(this.#timeoutMs, undefined)
  }

  async #ask(at: Moment): Promise<void> {
    const deadline = this.#deadline()
    const keys = await deadline.within(async () => TrustedKeys.in(await this.#document(deadline.signal)))
    // What the same keys have signed goes on to be known.
    const isSame = this.#held?.keys.description === keys.description
    this.#held = { keys: isSame && this.#held !== null ? this.#held.keys : keys, at }
  }

  /** Where a redirect leads was configured by nobody. That passports are off is an answer: then there is no key any more. */
  async #document(signal: AbortSignal): Promise<unknown> {
    const ask = this.#fetch ?? fetch
    const headers = { Accept: 'application/jwk-set+json, application/json' }
    const response = await ask(this.#url, { headers, redirect: 'manual', signal })
    const body: unknown = await response.json()
    if (response.status === 200) return body
    if (isObject(body) && body['code'] === 'passports_off') return { keys: [] }
    throw new Error(`The ledger answered ${response.status}`)
  }
}

/** The keys at an address, such as `https://ledger.example.com/.well-known/jwks.json`. Make one for an app, and keep it. */
export function remoteJwks(url: string, options?: RemoteJwksOptions): PassportJwks {
  return new RemoteJwks(url, options)
}
