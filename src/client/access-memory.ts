import { callerOf } from './caller-of.ts'
import { CLOCK, type Clock, type Moment, msSince } from './clock.ts'
import { Deadline } from './deadline.ts'
import { LedgerError } from './ledger-error.ts'
import { NOTHING_ASKED, mayAnswer, mayAnswerDegraded } from './may-answer.ts'
import { type MemoryBounds, type MemoryOptions, boundsOf } from './memory-bounds.ts'
import { RememberedList } from './remembered-list.ts'
import type { CallOptions, Requests } from './requests.ts'
import { type UserRecord, leastVersion } from './user-records.ts'
import type { AccessListAnswer, CheckAnswer, CheckAsked } from './wire.ts'

/** How long somebody waits for a question of somebody else: in a Worker it may have died with its request. */
const JOIN_MS = 1500

/** What a check asks where memory does not know. */
export interface Questions {
  readonly userId: string
  readonly requests: Requests
  /** The one check, as without a memory. */
  readonly check: (signal: AbortSignal) => Promise<CheckAnswer>
  /** Of this check: a list that others wait for as well has a deadline of its own. */
  readonly options: CallOptions
}

interface Flight {
  readonly sentAt: Moment
  readonly landing: Promise<RememberedList>
}

interface Kept {
  list: RememberedList | null
  /** The question for the list that is under way: one at a time for each user. */
  flight: Flight | null
}

/** Remembers for each user the whole list of access, by the ledger’s own rule of how old an answer may be. */
export class AccessMemory {
  readonly #bounds: MemoryBounds
  readonly #clock: Clock

  constructor(options: MemoryOptions = {}, clock: Clock = CLOCK) {
    this.#bounds = boundsOf(options)
    this.#clock = clock
  }

  /** What is remembered well enough; else `null`. Asks nobody, and so never waits. */
  remembered(
    record: UserRecord | undefined,
    feature: string,
    asked: CheckAsked = NOTHING_ASKED,
    may = mayAnswer,
  ): CheckAnswer | null {
    if (!record) return null
    const { list } = keptOf(record)
    if (list === null) return null
    const answer = list.of(feature)
    const demand = {
      asked,
      leastVersion: leastVersion(record, feature, answer.check.spends?.feature ?? feature),
    }
    return may(list, answer, demand, this.#bounds, this.#clock()) ? answer.check : null
  }

  /** Whether more is asked for than what a memory promises: it is asked of the ledger alone. */
  isBeyond({ consistency, maxAge, minVersion, minCatalogVersion, amount = 1 }: CheckAsked): boolean {
    return (
      consistency === 'strong' ||
      amount !== 1 ||
      [maxAge, minVersion, minCatalogVersion].some((one) => one !== undefined)
    )
  }

  /** Tells of the tokens of one ledger when one is another caller’s: what one was answered is not for another. */
  isOtherCaller(): (token: string) => boolean {
    let last: string | null = null
    let known: string | null = null
    return (token) => {
      if (token === last) return false
      const caller = callerOf(token)
      const isOther = known !== null && known !== caller
      last = token
      known = caller
      return isOther
    }
  }

  /** Takes note of a version that was read: no answer goes back behind it. */
  read(record: UserRecord, version: number): void {
    if (version > record.read) record.read = version
  }

  /**
   * Where nothing is remembered well enough: what the list says that is asked for now, else what the check says alone, as the ledger may
   * have an old copy for that where it cannot answer a list. Throws `LedgerError`.
   */
  async check(record: UserRecord, feature: string, questions: Questions): Promise<CheckAnswer> {
    const deadline = questions.requests.deadline(questions.options)
    try {
      return await deadline.within(() => this.#asked(record, feature, questions, deadline))
    } catch (error) {
      const old = this.remembered(record, feature, NOTHING_ASKED, mayAnswerDegraded)
      if (old === null || !isOutage(error)) throw error
      return { ...old, degraded: true }
    }
  }

  async #asked(
    record: UserRecord,
    feature: string,
    questions: Questions,
    { signal }: Deadline,
  ): Promise<CheckAnswer> {
    const joined = this.#underWay(record)
    if (joined !== null) {
      await new Deadline(JOIN_MS, undefined).within(() => joined).catch(() => null)
      const answer = this.remembered(record, feature)
      if (answer !== null) return answer
    }
    let list: RememberedList
    try {
      // What is under way by now left after this question came, and so is as good as one of its own.
      list = await (this.#underWay(record) ?? this.#newest(record, questions))
    } catch (error) {
      if (isOutage(error)) return questions.check(signal)
      throw error
    }
    return list.of(feature).check
  }

  /** `null` too when it has had its time: it may have died with its request. */
  #underWay(record: UserRecord): Promise<RememberedList> | null {
    const { flight } = keptOf(record)
    return flight !== null && msSince(flight.sentAt, this.#clock()) < JOIN_MS ? flight.landing : null
  }

  /** Asks for the whole list in one try and half of the time: who asks has another question to fall back on. */
  #newest(record: UserRecord, { userId, requests }: Questions): Promise<RememberedList> {
    const kept = keptOf(record)
    const sentAt = this.#clock()
    const asked = { userId, all: true, minVersion: leastVersion(record) }
    const deadline = new Deadline(requests.timeoutMs / 2, undefined)
    const landing = deadline
      .within(() => requests.door.call('access', asked, deadline.signal))
      .then((reply) => {
        // As what lies between may have kept it: a list of somebody else is no answer.
        if ((reply.body as AccessListAnswer).userId !== userId) throw new LedgerError({})
        const found = new RememberedList(reply, sentAt)
        if (found.version >= record.read) kept.list = found
        this.read(record, found.version)
        return found
      })
      .finally(() => {
        if (kept.flight === flight) kept.flight = null
      })
    const flight = { sentAt, landing }
    kept.flight = flight
    return landing
  }
}

/** A memory for `createLedger`. */
export function createMemory(options: MemoryOptions = {}): AccessMemory {
  return new AccessMemory(options)
}

function keptOf(record: UserRecord): Kept {
  return (record.kept ??= { list: null, flight: null }) as Kept
}

/** Whether the ledger did not answer what it was asked, for a reason that lies with neither the question nor the caller. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof LedgerError)) return false
  const { code, retryable, status } = error
  return code !== 'aborted' && code !== 'no_token' && (retryable || status >= 500)
}
