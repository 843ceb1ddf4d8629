import { BindingDoor, type BindingOptions } from './binding-door.ts'
import { HttpDoor, type HttpOptions } from './http-door.ts'
import { Listing } from './listing.ts'
import type { AccessMemory } from './access-memory.ts'
import { type CallOptions, Requests } from './requests.ts'
import { LedgerUser, type UsageOptions } from './user.ts'
import type { CheckOptions, LedgerParts } from './user-calls.ts'
import { UserRecords, leastVersion } from './user-records.ts'
import type {
  CheckAnswer,
  ChecksAnswer,
  ConsumeAsked,
  ConsumptionAnswer,
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

type AnyOptions = Omit<CheckOptions, 'minVersion'>
type ManyOptions = Omit<FreshnessAsked, 'minVersion'> & CallOptions

/** A ledger, as one caller asks it. Whatever goes wrong is a `LedgerError`. */
export class Ledger {
  readonly #parts: LedgerParts

  constructor(options: LedgerOptions) {
    const isOtherCaller = options.memory?.isOtherCaller()
    const door =
      'binding' in options
        ? new BindingDoor(options)
        : new HttpDoor(options, (token) => {
            if (isOtherCaller?.(token)) this.forget()
          })
    const requests = new Requests(door, options.timeoutMs)
    this.#parts = { requests, records: new UserRecords(), memory: options.memory }
  }

  /** One user, whom nothing is asked about yet. */
  user(userId: string): LedgerUser {
    return new LedgerUser(userId, this.#parts)
  }

  /** Up to a hundred checks, of any users; of each its answer or its problem, in their order. Asks the ledger each time. */
  checkMany(checks: readonly OneCheckAsked[], options?: ManyOptions): Promise<ChecksAnswer> {
    const knowing = checks.map((check) => {
      const { userId = '', minVersion = 0, feature } = check
      return { ...check, minVersion: Math.max(minVersion, this.#known(userId, feature)) || undefined }
    })
    return this.#parts.requests.ask('checkMany', { ...options, ...this.#freshFor(checks), checks: knowing })
  }

  /** The yes of the first of up to five users who may, or the nearest miss. Asks the ledger each time. */
  checkAny(anyOf: readonly string[], feature: string, options?: AnyOptions): Promise<CheckAnswer> {
    const asked = { anyOf, feature }
    return this.#parts.requests.ask('checkAny', { ...options, ...this.#freshFor([asked]), ...asked })
  }

  /** Spends of the first of up to five users who has all of it, whom the answer names; else throws `insufficient_balance`. */
  async consumeAny(
    anyOf: readonly string[],
    asked: ConsumeAsked,
    options?: UsageOptions,
  ): Promise<ConsumptionAnswer> {
    const { requests, records } = this.#parts
    const answer = await requests.ask<ConsumptionAnswer>('consumeAny', { anyOf, ...asked, ...options })
    records.spend(answer.userId, answer)
    return answer
  }

  /** The entitlements of all users that match, in the order of (userId, id). */
  entitlements(asked: EntitlementQuery & CallOptions): Listing<EntitlementAnswer> {
    const { requests } = this.#parts
    return new Listing((cursor = asked.cursor) => requests.ask('queryEntitlements', { ...asked, cursor }))
  }

  /** What has become of a purchase; whatever is asked of its user afterwards knows of it. */
  async purchase(asked: PurchaseAsked, options?: CallOptions): Promise<PurchaseAnswer> {
    const purchase = await this.#parts.requests.ask<PurchaseAnswer>('purchase', { ...asked, ...options })
    const { userId, version = 0 } = purchase
    if (userId !== undefined) this.user(userId).expect(version)
    return purchase
  }

  /** Forgets all that is remembered, as when somebody signs out. */
  forget(): void {
    this.#parts.records.clear()
  }

  #known(userId: string, feature: string): number {
    return leastVersion(this.#parts.records.get(userId), feature)
  }

  /** No version can be asked for where several users are named: whoever of them was changed is asked for as they are. */
  #freshFor(checks: readonly OneCheckAsked[]): FreshnessAsked {
    const isKnown = checks.some(({ anyOf = [], feature }) =>
      anyOf.some((userId) => this.#known(userId, feature) > 0),
    )
    return isKnown ? { consistency: 'strong' } : {}
  }
}

/** A ledger, as one caller asks it: over HTTP with a token, or over a service binding. */
export function createLedger(options: LedgerOptions): Ledger {
  return new Ledger(options)
}
