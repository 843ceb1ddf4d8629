import { type Move, moveDone, moveRefs, movesToDo, sourcesToMove } from '../ledger/across-users/moves.ts'
import { sourceRegister, spentOfSource } from '../ledger/across-users/source-register.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import { errorText, log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { Budget } from './budget.ts'
import { type Told, submitSource } from './submit-source.ts'

interface FollowMovesDeps {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
}

/** Lets the sources of customers who were moved follow them. Answers how many moves are done and whether all are. */
export async function followMoves(
  deps: FollowMovesDeps,
  budget: Budget,
): Promise<{ readonly done: number; readonly isAll: boolean }> {
  const moves = await movesToDo(deps.d1, budget.rowsLeft())
  let done = 0
  for (const move of moves) {
    if (!budget.spend()) break
    await moveSources(deps, move, budget)
    if (await moveDone(deps.d1, move)) done += 1
  }
  return { done, isAll: done === moves.length && budget.rowsLeft() > 0 }
}

async function moveSources(deps: FollowMovesDeps, move: Move, budget: Budget): Promise<void> {
  // At most half of what is left: a move that is large, or fails, keeps no other from its own.
  for (const sourceRef of await sourcesToMove(deps.d1, move, Math.ceil(budget.rowsLeft() / 2))) {
    if (!budget.spend()) return
    try {
      // First of all, what is told from now on goes to the new user: nothing is added to what is read here.
      await moveRefs(deps.d1, move, sourceRef)
      for (const from of move.from) await moveSource(deps, move, sourceRef, from)
    } catch (error) {
      log('error', 'move_failed', { reason: errorText(error) })
    }
  }
}

/** The new user's ledger knows all before the old one forgets it: wherever this breaks off, it is done again. */
async function moveSource(
  { d1, ledgers }: FollowMovesDeps,
  { provider, account, customerId, movedAt, userId }: Move,
  sourceRef: string,
  from: string,
): Promise<void> {
  const source = { provider, account, ref: sourceRef }
  const register = await sourceRegister(d1, from, source)
  if (register === null) return
  const spent = await spentOfSource(d1, from, source)
  const version = await sha256(from, JSON.stringify(register))
  const occasion = {
    commandId: `move:${customerId}:${movedAt}:${version}:${sourceRef}`,
    ref: `customer:${customerId}`,
    effectiveAt: null,
  }
  const settled = await submitSource(
    ledgers,
    userId,
    { type: 'settle_source', source, facts: [], moved: { register, spent, holds: [] } },
    occasion,
  )
  if (isTold(settled)) {
    isTold(await submitSource(ledgers, from, { type: 'release_source', source }, occasion))
  }
}

function isTold(told: Told): boolean {
  if (told.type === 'settled') return true
  log('error', 'move_failed', { reason: told.type === 'failed' ? told.reason : told.code })
  return false
}
