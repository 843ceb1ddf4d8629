import { BindingDoor, type BindingOptions } from './binding-door.ts'
import { HttpDoor, type HttpOptions } from './http-door.ts'
import { Listing } from './listing.ts'
import type { AccessMemory } from './access-memory.ts'
import { type CallOptions, Requests } from './requests.ts'
import { LedgerUser } from './user.ts'
import type { LedgerParts } from './user-calls.ts'
import { UserRecords, leastVersion } from './user-records.ts'
import type {
  ChecksAnswer,
  EntitlementAnswer,
  EntitlementQuery,
  FreshnessAsked,
  OneCheckAsked,
  PurchaseAnswer,
  PurchaseAsked,
} from './wire.ts'

export interface SharedOptions {
  /** How long a call may take, all of its tries together; 10,000 when left out. */
  readonly timeoutMs?: number | undefined
  /** What checks are answered from where it knows: `createMemory()`. Without one each check asks the ledger. */
  readonly memory?: AccessMemory | undefined
}

/** Over HTTP with a token, or over a service binding of Cloudflare Workers. */
export type LedgerOptions = SharedOptions & (HttpOptions | BindingOptions)

type ManyOptions = Omit<FreshnessAsked, 'minVersion'> & CallOptions

/** A ledger, as one caller asks it. Whatever goes wrong is a `LedgerError`. */
export class Ledger {
  readonly #parts: LedgerParts
  #caller: string | null = null
  #token: string | null = null

  constructor(options: LedgerOptions) {
    const door =
      'binding' in options
        ? new BindingDoor(options)
        : new HttpDoor(options, (token) => this.#expectCaller(token))
    const requests = new Requests(door, options.timeoutMs)
    this.#parts = { requests, records: new UserRecords(), memory: options.memory ?? null }
  }

  /** One user, whom nothing is asked about yet. */
  user(userId: string): LedgerUser {
    return new LedgerUser(userId, this.#parts)
  }

  /** Up to a hundred checks, of any users; of each its answer or its problem, in their order. Asks the ledger each time. */
  checkMany(checks: readonly OneCheckAsked[], options: ManyOptions = {}): Promise<ChecksAnswer> {
    const { records } = this.#parts
    const knowing = checks.map((check) => {
      const known = leastVersion(records.get(check.userId), check.feature)
      const minVersion = Math.max(known, check.minVersion ?? 0)
      return { ...check, minVersion: minVersion || undefined }
    })
    return this.#parts.requests.ask('checkMany', { ...options, checks: knowing })
  }

  /** The entitlements of all users that match, in the order of (userId, id). */
  entitlements(asked: EntitlementQuery & CallOptions): Listing<EntitlementAnswer> {
    const { requests } = this.#parts
    return new Listing((cursor = asked.cursor) => requests.ask('queryEntitlements', { ...asked, cursor }))
  }

  /** What has become of a purchase; whatever is asked of its user afterwards knows of it. */
  async purchase(asked: PurchaseAsked, options: CallOptions = {}): Promise<PurchaseAnswer> {
    const purchase = await this.#parts.requests.ask<PurchaseAnswer>('purchase', { ...asked, ...options })
    const { userId, version } = purchase
    if (userId !== undefined && version !== undefined) this.user(userId).expect(version)
    return purchase
  }

  /** Forgets all that is remembered, as when somebody signs out. */
  forget(): void {
    this.#parts.records.forgetAll()
  }

  #expectCaller(token: string): void {
    const { memory } = this.#parts
    if (memory === null || token === this.#token) return
    const caller = memory.callerOf(token)
    if (this.#caller !== null && this.#caller !== caller) this.forget()
    this.#token = token
    this.#caller = caller
  }
}

/** A ledger, as one caller asks it: over HTTP with a token, or over a service binding. */
export function createLedger(options: LedgerOptions): Ledger {
  return new Ledger(options)
}
