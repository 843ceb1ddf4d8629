import { errors, type ProtectedHeaderParameters } from 'jose'
import { within } from '../../platform/deadline.ts'
import { errorText, log } from '../../platform/log.ts'
import { sha256 } from '../../platform/sha256.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { AskLimit } from './ask-limit.ts'
import { type Fetch, fetchJwks } from './fetch-jwks.ts'
import { type FindKeys, signingKeys } from './signing-keys.ts'

/** The issuer's keys. */
export interface KeySet {
  /**
   * Verifies a token by the keys that its header may mean; once more where there may be a new one. Throws what `verify` throws, a
   * `JOSEError` when there is no such key, an `HttpProblem` when there are no keys.
   */
  verify<T>(header: ProtectedHeaderParameters, now: number, verify: Verify<T>): Promise<T>
  /** Throws an `HttpProblem` where no token can ever be verified: that the issuer is away for a while is none of it. */
  check(): Promise<void>
}

type Verify<T> = (keys: readonly CryptoKey[]) => Promise<T>

export interface KeySetDeps {
  readonly kv: KVNamespace
  readonly fetch: Fetch
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Keys older than this are fetched again while they go on being used. */
const REFRESH_AFTER_MS = 10 * 60_000

/** Keys older than this may have been withdrawn long ago: the issuer is waited for, if it answers. */
const WAIT_AFTER_MS = 60 * 60_000

/** How long an issuer that did not answer is left alone, while the keys that it gave before are old. */
const PAUSE_MS_MAX = 60_000

/** The same while there are no keys; doubled with each failure, up to the above. */
const FIRST_PAUSE_MS = 1000

/** How long anyone waits for a look-up that somebody else may have begun. */
const LOOKUP_MS_MAX = 5000

const STORED_SECONDS = 30 * 24 * 3600

/** What KV has, where it is what was written there. */
interface Stored {
  readonly fetchedAt?: unknown
  readonly document?: unknown
}

interface Held {
  readonly find: FindKeys
  readonly fetchedAt: number
}

/** Keys that are part of the configuration. */
export function inlineKeySet(jwks: unknown, algorithms: readonly string[]): KeySet {
  let keys: Promise<FindKeys | null> | null = null
  const usable = async () => {
    keys ??= signingKeys(jwks, algorithms)
    const find = await keys
    if (find !== null) return find
    throw new HttpProblem('misconfigured', { detail: 'JWT_JWKS has no key for JWT_ALGORITHMS' })
  }
  return {
    verify: async (header, _now, verify) => verify((await usable())(header)),
    check: async () => void (await usable()),
  }
}

/**
 * Keys at the issuer's JWKS URL, remembered here and in KV, so that neither a new isolate nor a token waits
 * for the issuer. What it does not answer well (an error, no usable key) changes nothing.
 */
export class RemoteKeySet implements KeySet {
  readonly #url: string
  readonly #algorithms: readonly string[]
  readonly #deps: KeySetDeps
  readonly #asks = new AskLimit()
  #held: Held | null = null
  #askedAt = Number.NEGATIVE_INFINITY
  /** How often the issuer has failed, of which only those before its first good answer count. */
  #failures = 0
  #lookup: { readonly startedAt: number; readonly held: Promise<Held> } | null = null

  constructor(url: string, algorithms: readonly string[], deps: KeySetDeps) {
    this.#url = url
    this.#algorithms = algorithms
    this.#deps = deps
  }

  async verify<T>(header: ProtectedHeaderParameters, now: number, verify: Verify<T>): Promise<T> {
    const held = await this.#current(now)
    try {
      return await verify(held.find(header))
    } catch (error) {
      if (!mayBeOfNewKey(header, error)) throw error
      const others = await this.#others(held, header.kid, now)
      if (others === held) throw error
      return verify(others.find(header))
    }
  }

  check(): Promise<void> {
    return Promise.resolve()
  }

  async #current(now: number): Promise<Held> {
    const held = this.#held ?? (await this.#first(now))
    const age = now - held.fetchedAt
    const isAsked = !this.#isLookingUp(now) && now - this.#askedAt < PAUSE_MS_MAX
    if (age <= REFRESH_AFTER_MS || isAsked) return held
    const renewed = this.#renewed(held, now)
    if (age > WAIT_AFTER_MS) return renewed
    this.#deps.waitUntil(renewed)
    return held
  }

  async #first(now: number): Promise<Held> {
    if (this.#isLeftAlone(now)) throw unreachable()
    try {
      return await this.#shared(now, async () => (await this.#stored()) ?? (await this.#ask(now)))
    } catch {
      throw unreachable()
    }
  }

  /** Whether it failed a moment ago: anybody can send tokens, and none of them is a reason to ask at once. */
  #isLeftAlone(now: number): boolean {
    if (this.#failures === 0 || this.#isLookingUp(now)) return false
    return now - this.#askedAt < Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** (this.#failures - 1))
  }

  /** The keys of now for a token that none of these has signed; these where nobody knows of others. */
  async #others(held: Held, kid: string | undefined, now: number): Promise<Held> {
    if (this.#held !== null && this.#held !== held) return this.#held
    const isNewest = this.#askedAt >= now
    if (!this.#isLookingUp(now) && (isNewest || !this.#asks.lets(kid, now))) return held
    return this.#renewed(held, now, kid)
  }

  /** What the issuer has now; what is held while it does not answer. Never throws. */
  async #renewed(held: Held, now: number, kid?: string): Promise<Held> {
    try {
      return await this.#shared(now, () => this.#ask(now, kid))
    } catch {
      return held
    }
  }

  /** One look-up serves all who need it. The request that began it may be gone, and its I/O with it: hence the limit. */
  async #shared(now: number, look: () => Promise<Held>): Promise<Held> {
    if (this.#lookup !== null && this.#isLookingUp(now)) return within(LOOKUP_MS_MAX, this.#lookup.held)
    const lookup = { startedAt: now, held: look() }
    this.#lookup = lookup
    const done = () => {
      if (this.#lookup === lookup) this.#lookup = null
    }
    this.#deps.waitUntil(lookup.held.then(done, done))
    return within(LOOKUP_MS_MAX, lookup.held)
  }

  #isLookingUp(now: number): boolean {
    return this.#lookup !== null && now - this.#lookup.startedAt < LOOKUP_MS_MAX
  }

  async #ask(now: number, kid?: string): Promise<Held> {
    this.#askedAt = now
    this.#asks.count(kid, now)
    try {
      const document = await fetchJwks(this.#url, this.#deps.fetch)
      const held = await this.#hold(document, now)
      if (held === null) throw new Error('The issuer has no key for the configured algorithms')
      this.#deps.waitUntil(this.#store(document, now))
      return held
    } catch (error) {
      this.#failures += 1
      log('error', 'keys_not_fetched', { reason: errorText(error) })
      throw error
    }
  }

  async #hold(document: unknown, fetchedAt: number): Promise<Held | null> {
    const find = await signingKeys(document, this.#algorithms)
    if (find === null) return null
    this.#held = { find, fetchedAt }
    return this.#held
  }

  async #stored(): Promise<Held | null> {
    try {
      const stored = await this.#deps.kv.get<Stored>(await this.#kvKey(), 'json')
      if (!Number.isSafeInteger(stored?.fetchedAt)) return null
      return await this.#hold(stored?.document, Number(stored?.fetchedAt))
    } catch (error) {
      log('warn', 'keys_not_read_from_kv', { reason: errorText(error) })
      return null
    }
  }

  async #store(document: unknown, fetchedAt: number): Promise<void> {
    try {
      const stored = JSON.stringify({ fetchedAt, document })
      await this.#deps.kv.put(await this.#kvKey(), stored, { expirationTtl: STORED_SECONDS })
    } catch (error) {
      log('warn', 'keys_not_written_to_kv', { reason: errorText(error) })
    }
  }

  async #kvKey(): Promise<string> {
    return `jwks:${await sha256(this.#url)}`
  }
}

/** Whether a token may be signed by a key that is not held. One that names no key is not known by its name. */
function mayBeOfNewKey({ kid }: ProtectedHeaderParameters, error: unknown): boolean {
  if (error instanceof errors.JWKSNoMatchingKey) return true
  return kid === undefined && error instanceof errors.JWSSignatureVerificationFailed
}

function unreachable(): HttpProblem {
  return new HttpProblem('ledger_unavailable', { detail: 'The issuer’s keys cannot be reached' })
}
