import { checkAccess } from '../../../src/app/checks/check-access.ts'
import { listAccess } from '../../../src/app/checks/list-access.ts'
import { ProblemError } from '../../../src/app/problems/problem-error.ts'
import { AccessMemory } from '../../../src/client/access-memory.ts'
import type { CallInput, Door, Reply } from '../../../src/client/door.ts'
import { LedgerError, errorOf } from '../../../src/client/ledger-error.ts'
import { Requests } from '../../../src/client/requests.ts'
import type { CallName } from '../../../src/client/routes.ts'
import { LedgerUser } from '../../../src/client/user.ts'
import { UserRecords } from '../../../src/client/user-records.ts'
import { type Problem, problemOf } from '../../../src/contract/problems/problems.ts'
import type { Reader } from '../../../src/edge/reader.ts'
import type { RecordedTruth } from '../../edge/recorded-truth.ts'

/** How old a last known yes may be that the client gives while the ledger does not answer. */
export const LAST_KNOWN_MS = 20 * 60_000

/** Longer than anybody waits for: what fails is not tried again. */
const RETRY_AFTER_MS = 3_600_000

/** The ledger as the reader of one of its isolates answers, and as what is recorded of one user changes. */
class ReaderDoor implements Door {
  calls = 0
  /** How many lists were asked for at once, at most. */
  listsAtOnce = 0
  #listsUnderWay = 0
  isCut = false
  readonly #reader: () => Reader
  readonly #truth: RecordedTruth

  constructor(reader: () => Reader, truth: RecordedTruth) {
    this.#reader = reader
    this.#truth = truth
  }

  async call(name: CallName, asked: CallInput): Promise<Reply> {
    this.calls += 1
    if (name !== 'access') return this.#reply(name, asked)
    this.#listsUnderWay += 1
    this.listsAtOnce = Math.max(this.listsAtOnce, this.#listsUnderWay)
    return this.#reply(name, asked).finally(() => {
      this.#listsUnderWay -= 1
    })
  }

  async #reply(name: CallName, asked: CallInput): Promise<Reply> {
    if (this.isCut) throw new LedgerError({ code: 'no_answer', retryAfterMs: RETRY_AFTER_MS })
    // `Date` says the second alone.
    const at = Math.floor(Date.now() / 1000) * 1000
    try {
      return { body: await this.#answer(name, asked), at }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      const problem: Problem = problemOf(error.code, 'req_1', error.facts)
      throw errorOf(problem, { retryAfterMs: RETRY_AFTER_MS })
    }
  }

  async #answer(name: CallName, asked: CallInput): Promise<unknown> {
    const { userId } = this.#truth
    if (name === 'check') return checkAccess(this.#reader(), userId, 'export', asked)
    if (name === 'access') return listAccess(this.#reader(), userId, asked)
    if (name === 'grant') await this.#truth.grant(null)
    else await this.#truth.revoke()
    return { version: this.#truth.newest }
  }
}

/** The clocks of a runtime, of which one at a time may be wrong: the true time is that of the file. */
class WrongClocks {
  #wallAheadMs = 0
  #steadyBehindMs = 0
  #stillSince: { readonly which: 'wall' | 'steady'; readonly at: number } | null = null

  readonly now = () => ({
    wall: this.#runs('wall') + this.#wallAheadMs,
    steady: this.#runs('steady') - this.#steadyBehindMs,
  })

  /** The wall is set. */
  jump(ms: number): void {
    this.#wallAheadMs += ms
  }

  /** From now on a clock stands still, or goes on from where it stood. */
  stand(which: 'wall' | 'steady', isStill: boolean): void {
    if (isStill === (this.#stillSince !== null)) return
    if (this.#stillSince === null) {
      this.#stillSince = { which, at: Date.now() }
      return
    }
    const stoodMs = Date.now() - this.#stillSince.at
    if (this.#stillSince.which === 'wall') this.#wallAheadMs -= stoodMs
    else this.#steadyBehindMs += stoodMs
    this.#stillSince = null
  }

  #runs(which: 'wall' | 'steady'): number {
    return this.#stillSince?.which === which ? this.#stillSince.at : Date.now()
  }
}

/** A client with a memory, before the isolate that `reader` gives at the moment. */
export function aRememberingClient(reader: () => Reader, truth: RecordedTruth) {
  const door = new ReaderDoor(reader, truth)
  const clocks = new WrongClocks()
  const records = new UserRecords()
  const memory = new AccessMemory({ lastKnownSeconds: LAST_KNOWN_MS / 1000 }, clocks.now)
  const user = new LedgerUser(truth.userId, { requests: new Requests(door), records, memory })
  return { door, clocks, user }
}
