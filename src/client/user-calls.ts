import type { CallInput } from './door.ts'
import type { LedgerError } from './ledger-error.ts'
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
  readonly memory: AccessMemory | undefined
}

/** What is asked, and for how long at most. */
type Told = CallInput & CallOptions

/** How one user is asked about and changed, each call knowing what the client itself has changed. */
export abstract class UserCalls {
  readonly id: string
  readonly #parts: LedgerParts

  constructor(id: string, parts: LedgerParts) {
    this.id = id
    this.#parts = parts
  }

  /** The version below which nothing answers, as this client has changed something: for another service, as `minVersion`. */
  get version(): number {
    return leastVersion(this.#parts.records.get(this.id))
  }

  /** Takes the version of another service: from now on nothing answers that does not know it. */
  expect(version: number): void {
    const record = this.#parts.records.use(this.id)
    if (version > record.rights) record.rights = version
  }

  /** What memory answers at once; `null` where it does not know well enough, and `check` would ask. */
  remembered(feature: string, asked?: CheckAsked): CheckAnswer | null {
    const { memory, records } = this.#parts
    return memory?.remembered(records.get(this.id), feature, asked) ?? null
  }

  /** May this user use this feature? From memory, where the ledger was given one that knows it well enough. */
  async check(feature: string, asked?: CheckOptions): Promise<CheckAnswer> {
    const known = this.remembered(feature, asked)
    if (known !== null) return known
    const options = asked ?? {}
    const { memory, records, requests } = this.#parts
    // What is asked for more than a memory promises is asked of the ledger alone.
    if (!memory || memory.isBeyond(options)) return this.#checkNow(feature, options)
    return this.#knowing({}, undefined, () =>
      memory.check(records.use(this.id), feature, {
        userId: this.id,
        requests,
        options,
        check: (signal) => this.#checkNow(feature, { signal }),
      }),
    )
  }

  /** A reading that knows of what this client has changed, of a feature or of all. */
  protected read<Answer>(name: CallName, asked: Told & FreshnessAsked, feature?: string): Promise<Answer> {
    return this.#knowing(asked, feature, (minVersion) =>
      this.send(name, { ...asked, minVersion: minVersion || undefined }),
    )
  }

  /** A change of rights: whatever is asked afterwards knows of it. */
  protected async change<Answer extends { readonly version: number }>(
    name: CallName,
    asked: Told,
  ): Promise<Answer> {
    const answer = await this.send<Answer>(name, asked)
    this.expect(answer.version)
    return answer
  }

  /** A change of lots: whatever is asked afterwards about what rests on them knows of it. */
  protected async use<Answer extends LotChange>(name: CallName, asked: Told): Promise<Answer> {
    const answer = await this.send<Answer>(name, asked)
    this.#parts.records.spend(this.id, answer)
    return answer
  }

  protected list<Item, Page extends SomePage<Item> = ListingPage<Item>>(
    name: CallName,
    asked?: ListAsked & CallOptions,
  ): Listing<Item, Page> {
    return new Listing((cursor = asked?.cursor) => this.send(name, { ...asked, cursor }))
  }

  protected send<Answer>(name: CallName, asked: Told): Promise<Answer> {
    return this.#parts.requests.ask(name, { ...asked, userId: this.id })
  }

  async #checkNow(feature: string, options: CheckOptions): Promise<CheckAnswer> {
    const { memory, records } = this.#parts
    const check = await this.read<CheckAnswer>('check', { ...options, feature }, feature)
    records.get(this.id)?.lots.set(feature, check.spends?.feature ?? feature)
    memory?.read(records.use(this.id), check.version)
    return check
  }

  /** Asks with the version that has to be known; without it, where the ledger has lost that, as by a restore to an earlier moment. */
  async #knowing<Answer>(
    { minVersion: given = 0 }: FreshnessAsked,
    feature: string | undefined,
    ask: (minVersion: number) => Promise<Answer>,
  ): Promise<Answer> {
    const { records } = this.#parts
    const known = leastVersion(records.get(this.id), feature)
    try {
      return await ask(Math.max(known, given))
    } catch (error) {
      const isLost = (error as LedgerError).code === 'version_unknown' && known > given
      if (!isLost) throw error
      records.forget(this.id)
      return ask(given)
    }
  }
}
