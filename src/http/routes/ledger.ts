import type { Hono } from 'hono'
import * as z from 'zod'
import { ownHistoryItemToWire } from '../../app/wire/own-to-wire.ts'
import { historyItemToWire } from '../../app/wire/wire.ts'
import { historyPage } from '../../ledger/store/history.ts'
import { headOf } from '../../ledger/store/load.ts'
import type { LedgerHead } from '../../ledger/submission.ts'
import { verify } from '../../ledger/store/verify.ts'
import { CallBudget } from './call-budget.ts'
import { isUsersOwn } from '../authentication/caller.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { answerPage } from '../answers/page.ts'
import { Proofs } from './proofs.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** How many entries of their own history somebody may have read in a minute, who has no scope for it. */
const OWN_ENTRIES_PER_MINUTE = 10_000

/** As how many entries a proof counts at least: it reads what follows from them, too. */
const PROOF_MIN = 100

/** How many entries are read at once for the proof of somebody's own. */
const OWN_PAGE_SIZE = 100

/** The history of a user, and the proof that it is whole. */
export function ledger(app: Hono<HttpEnv>, services: Services): void {
  const { db, cursors, now } = services
  const own = new CallBudget(OWN_ENTRIES_PER_MINUTE)
  const proofs = new Proofs(services)

  function take(userId: string, entries: number): void {
    const seconds = own.take(userId, entries, now())
    if (seconds === 0) return
    const detail = `A user's own token reads ${OWN_ENTRIES_PER_MINUTE} entries in a minute`
    throw new HttpProblem('too_many_requests', { detail }, { 'Retry-After': String(seconds) })
  }

  async function provedOwn(userId: string, seen: LedgerHead | undefined) {
    const { version } = await headOf(db, userId)
    if (version > OWN_ENTRIES_PER_MINUTE) {
      throw new HttpProblem('history_too_long', { detail: `The ledger has ${version} entries`, version })
    }
    take(userId, Math.max(PROOF_MIN, version))
    return verify(db, userId, seen, OWN_PAGE_SIZE)
  }

  route(app, services, 'listLedger', ({ params: { userId }, query }, c) => {
    const { order, limit } = query
    const isOwn = isUsersOwn(c.get('caller'))
    if (isOwn) take(userId, limit)
    return answerPage(
      cursors,
      {
        of: { ledger: userId, order },
        read: ({ after, limit: rows }) => historyPage(db, userId, { order, after, limit: rows }),
        placeOf: ({ seq }) => seq,
        place: z.int(),
        toWire: isOwn ? ownHistoryItemToWire : historyItemToWire,
      },
      query,
    )
  })

  route(app, services, 'verifyLedger', async ({ params: { userId }, query: { head } }, c) => {
    const isOwn = isUsersOwn(c.get('caller'))
    const prove = () => (isOwn ? provedOwn(userId, head) : verify(db, userId, head))
    return Response.json(await proofs.verdict(userId, JSON.stringify([isOwn, head ?? null]), prove))
  })
}
