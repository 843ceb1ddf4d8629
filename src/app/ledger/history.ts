import * as z from 'zod'
import type { UserId } from '../../domain/values/ids.ts'
import { type Order, historyPage } from '../../ledger/store/history.ts'
import { headOf } from '../../ledger/store/load.ts'
import { type Verdict, verify } from '../../ledger/store/verify.ts'
import type { LedgerHead } from '../../ledger/submission.ts'
import { type Caller, isUsersOwn } from '../caller.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { AppServices } from '../services.ts'
import { ownHistoryItemToWire } from '../wire/own-to-wire.ts'
import { historyItemToWire } from '../wire/wire.ts'
import { CallBudget } from './call-budget.ts'
import { Proofs } from './proofs.ts'

/** How many entries of their own history somebody may have read in a minute, who has no scope for it. */
const OWN_ENTRIES_PER_MINUTE = 10_000

/** As how many entries a proof counts at least: it reads what follows from them, too. */
const PROOF_MIN = 100

/** How many entries are read at once for the proof of somebody's own. */
const OWN_PAGE_SIZE = 100

type HistoryServices = Pick<AppServices, 'db' | 'cursors' | 'now' | 'waitUntil'>

/** The history of users, and the proof that it is whole; what users' own tokens may read of it in a minute is bounded. */
export class History {
  readonly #services: HistoryServices
  readonly #own = new CallBudget(OWN_ENTRIES_PER_MINUTE)
  readonly #proofs: Proofs

  constructor(services: HistoryServices) {
    this.#services = services
    this.#proofs = new Proofs(services)
  }

  /** A page of a user's entries. Throws `too_many_requests`. */
  async list(userId: UserId, { order, ...page }: PageQuery & { readonly order: Order }, caller: Caller) {
    const { db, cursors } = this.#services
    const isOwn = isUsersOwn(caller)
    if (isOwn) this.#take(userId, page.limit)
    return pageOf(
      cursors,
      {
        of: { ledger: userId, order },
        read: ({ after, limit }) => historyPage(db, userId, { order, after, limit }),
        placeOf: ({ seq }) => seq,
        place: z.int(),
        toWire: isOwn ? ownHistoryItemToWire : historyItemToWire,
      },
      page,
    )
  }

  /** Whether a user's ledger is what was recorded, and goes on from a head that was seen. Throws `history_too_long` or `too_many_requests`. */
  verify(userId: UserId, seen: LedgerHead | undefined, caller: Caller): Promise<Verdict> {
    const isOwn = isUsersOwn(caller)
    const prove = () => (isOwn ? this.#proveOwn(userId, seen) : verify(this.#services.db, userId, seen))
    return this.#proofs.verdict(userId, JSON.stringify([isOwn, seen ?? null]), prove)
  }

  async #proveOwn(userId: UserId, seen: LedgerHead | undefined): Promise<Verdict> {
    const { db } = this.#services
    const { version } = await headOf(db, userId)
    if (version > OWN_ENTRIES_PER_MINUTE) {
      throw new ProblemError('history_too_long', { detail: `The ledger has ${version} entries`, version })
    }
    this.#take(userId, Math.max(PROOF_MIN, version))
    return verify(db, userId, seen, OWN_PAGE_SIZE)
  }

  #take(userId: UserId, entries: number): void {
    const seconds = this.#own.take(userId, entries, this.#services.now())
    if (seconds === 0) return
    const detail = `A user's own token reads ${OWN_ENTRIES_PER_MINUTE} entries in a minute`
    throw new ProblemError('too_many_requests', { detail }, { retryAfterSeconds: seconds })
  }
}
