import * as z from 'zod'
import type { UserId } from '../../domain/values/ids.ts'
import { type Order, historyPage } from '../../ledger/store/history.ts'
import { headOf } from '../../ledger/store/load.ts'
import { verifyPart } from '../../ledger/store/proof/verify-part.ts'
import { PROOF_PAGE_SIZE, verify } from '../../ledger/store/proof/verify.ts'
import type { LedgerHead } from '../../ledger/submission.ts'
import { type Caller, isUsersOwn } from '../caller.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { AppServices } from '../services.ts'
import { ownHistoryItemToWire } from '../wire/own-to-wire.ts'
import { verdictToWire } from '../wire/verdict-to-wire.ts'
import { historyItemToWire } from '../wire/wire.ts'
import { CallBudget } from './call-budget.ts'
import { type ConsumptionsQuery, OWN_ENTRIES_MAX, listConsumptions } from './consumptions.ts'
import { Proofs } from './proofs.ts'

/** How many entries of their own history somebody may have read in a minute, who has no scope for it. */
const OWN_ENTRIES_PER_MINUTE = 10_000

/** As how many entries a proof counts at least: it reads what follows from them, too. */
const PROOF_MIN = 100

/** How many entries are read at once for the proof of somebody's own. */
const OWN_PAGE_SIZE = 100

/**
 * How many entries one call proves. An invocation may ask D1 a thousand questions
 * (https://developers.cloudflare.com/d1/platform/limits/), and these are some two hundred.
 */
const PROVED_AT_ONCE_MAX = 50_000

/** From where a proof goes on, and what it has to find on its way. */
interface Heads {
  readonly from?: LedgerHead | undefined
  readonly head?: LedgerHead | undefined
}

type HistoryServices = Pick<AppServices, 'db' | 'cursors' | 'now' | 'waitUntil'>

/** The history of users, and the proof that it is whole; what users' own tokens may read of it in a minute is bounded. */
export class History {
  readonly #services: HistoryServices
  readonly #own = new CallBudget(OWN_ENTRIES_PER_MINUTE)
  readonly #proofs: Proofs

  readonly #provedAtOnceMax: number

  constructor(services: HistoryServices, provedAtOnceMax = PROVED_AT_ONCE_MAX) {
    this.#services = services
    this.#provedAtOnceMax = provedAtOnceMax
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

  /**
   * A page of what a user consumed and gave back. Throws `too_many_requests`, and `forbidden` for a user's own token that asks for
   * a holder: it is told none.
   */
  async consumptions(userId: UserId, query: ConsumptionsQuery, caller: Caller) {
    const isOwn = isUsersOwn(caller)
    if (isOwn && query.holder !== undefined) {
      throw new ProblemError('forbidden', { detail: 'A user’s own token is told of no holders' })
    }
    if (isOwn) this.#take(userId, OWN_ENTRIES_MAX)
    return listConsumptions(this.#services, userId, query, isOwn)
  }

  /**
   * Whether a user's ledger is what was recorded, and goes on from a head that was seen. A history that is longer than a call
   * proves, and one from a head on, is proved in parts. Throws `history_too_long` or `too_many_requests`.
   */
  async verify(userId: UserId, heads: Heads, caller: Caller) {
    const isOwn = isUsersOwn(caller)
    const of = JSON.stringify([isOwn, heads.head ?? null, heads.from ?? null])
    return verdictToWire(await this.#proofs.verdict(userId, of, () => this.#prove(userId, heads, isOwn)))
  }

  async #prove(userId: UserId, heads: Heads, isOwn: boolean) {
    const { db } = this.#services
    const [from, seen] = [heads.from ?? null, heads.head ?? null]
    const { version } = await headOf(db, userId)
    const left = version - (from?.version ?? 0)
    if (isOwn) this.#takeProof(userId, version, left)
    const pageSize = isOwn ? OWN_PAGE_SIZE : PROOF_PAGE_SIZE
    return from === null && left <= this.#provedAtOnceMax
      ? verify(db, userId, seen, pageSize)
      : verifyPart(db, userId, { from, seen, entriesMax: this.#provedAtOnceMax, pageSize })
  }

  #takeProof(userId: UserId, version: number, entries: number): void {
    if (entries > OWN_ENTRIES_PER_MINUTE) {
      throw new ProblemError('history_too_long', { detail: `The ledger has ${version} entries`, version })
    }
    this.#take(userId, Math.max(PROOF_MIN, entries))
  }

  #take(userId: UserId, entries: number): void {
    const seconds = this.#own.take(userId, entries, this.#services.now())
    if (seconds === 0) return
    const detail = `A user's own token reads ${OWN_ENTRIES_PER_MINUTE} entries in a minute`
    throw new ProblemError('too_many_requests', { detail }, { retryAfterSeconds: seconds })
  }
}
