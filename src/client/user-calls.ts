import type { CallInput } from './door.ts'
import { LedgerError } from './ledger-error.ts'
import { Listing, type ListingPage, type SomePage } from './listing.ts'
import type { AccessMemory } from './access-memory.ts'
import type { CallOptions, Requests } from './requests.ts'
import type { CallName } from './routes.ts'
import { type LotChange, type UserRecords, leastVersion } from './user-records.ts'
import type { CheckAnswer, CheckAsked, FreshnessAsked, ListAsked } from './wire.ts'

/** How fresh an answer has to be, and how long it may take. What a client has changed itself it knows without being told. */
export type ReadOptions = FreshnessAsked & CallOptions
/** The same of a check, and how much of a metered feature it is about. */
export type CheckOptions = CheckAsked & CallOptions

/** What all users of one ledger share. */
export interface LedgerParts {
  readonly requests: Requests
  readonly records: UserRecords
  readonly memory: AccessMemory | null
}

/** What is asked, and for how long at most. */
type Told = CallInput & CallOptions

/** The calls about one user, each knowing what the client itself has changed. */
export class UserCalls {
  readonly #userId: string
  readonly #parts: LedgerParts

  constructor(userId: string, parts: LedgerParts) {
    this.#userId = userId
    this.#parts = parts
  }

  get version(): number {
    return leastVersion(this.#parts.records.get(this.#userId))
  }

  expect(version: number): void {
    const record = this.#parts.records.use(this.#userId)
    record.rights = Math.max(record.rights, version)
  }

  remembered(feature: string, asked?: CheckAsked): CheckAnswer | null {
    const { memory, records } = this.#parts
    if (memory === null) return null
    const record = records.get(this.#userId)
    return memory.remembered(record, feature, asked)
  }

  async check(feature: string, asked?: CheckOptions): Promise<CheckAnswer> {
    const known = this.remembered(feature, asked)
    if (known !== null) return known
    const options = asked ?? {}
    const { memory } = this.#parts
    // What is asked for more than a memory promises is asked of the ledger alone.
    if (memory === null || memory.isBeyond(options)) return this.#checkNow(feature, options)
    return this.#knowing({}, undefined, () => this.#checkBy(memory, feature, options))
  }

  /** A reading that knows of what this client has changed, of a feature or of all. */
  read<Answer>(name: CallName, asked: Told & FreshnessAsked, feature?: string): Promise<Answer> {
    return this.#knowing(asked, feature, (minVersion) =>
      this.send(name, { ...asked, minVersion: minVersion || undefined }),
    )
  }

  /** A change of rights: whatever is asked afterwards knows of it. */
  async change<Answer extends { readonly version: number }>(name: CallName, asked: Told): Promise<Answer> {
    const answer = await this.send<Answer>(name, asked)
    this.expect(answer.version)
    return answer
  }

  /** A change of lots: whatever is asked afterwards about what rests on them knows of it. */
  async use<Answer extends LotChange>(name: CallName, asked: Told): Promise<Answer> {
    const answer = await this.send<Answer>(name, asked)
    this.#parts.records.spend(this.#userId, answer)
    return answer
  }

  list<Item, Page extends SomePage<Item> = ListingPage<Item>>(
    name: CallName,
    asked?: ListAsked & CallOptions,
  ): Listing<Item, Page> {
    return new Listing((cursor = asked?.cursor) => this.send(name, { ...asked, cursor }))
  }

  send<Answer>(name: CallName, asked: Told): Promise<Answer> {
    return this.#parts.requests.ask(name, { ...asked, userId: this.#userId })
  }

  async #checkNow(feature: string, options: CheckOptions): Promise<CheckAnswer> {
    const { memory, records } = this.#parts
    const check = await this.read<CheckAnswer>('check', { ...options, feature }, feature)
    records.get(this.#userId)?.lots.set(feature, check.spends?.feature ?? feature)
    if (memory !== null) memory.read(records.use(this.#userId), check.version)
    return check
  }

  #checkBy(memory: AccessMemory, feature: string, options: CallOptions): Promise<CheckAnswer> {
    const { requests, records } = this.#parts
    return memory.check(records.use(this.#userId), feature, {
      userId: this.#userId,
      requests,
      deadline: requests.deadline(options),
      check: (signal) => this.#checkNow(feature, { signal }),
    })
  }

  /** Asks with the version that has to be known; without it, where the ledger has lost that, as by a restore to an earlier moment. */
  async #knowing<Answer>(
    { minVersion: given = 0 }: FreshnessAsked,
    feature: string | undefined,
    ask: (minVersion: number) => Promise<Answer>,
  ): Promise<Answer> {
    const { records } = this.#parts
    const known = leastVersion(records.get(this.#userId), feature)
    try {
      return await ask(Math.max(known, given))
    } catch (error) {
      const isLost = error instanceof LedgerError && error.code === 'version_unknown' && known > given
      if (!isLost) throw error
      records.forget(this.#userId)
      return ask(given)
    }
  }
}
