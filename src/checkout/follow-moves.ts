import { type Move, moveDone, movesToDo } from '../ledger/across-users/customers.ts'
import { waitKey, wakeWaiting } from '../ledger/across-users/inbox-waits.ts'
import { releaseRefs, sourcesOfCustomer } from '../ledger/across-users/refs.ts'
import { sourceRegister } from '../ledger/across-users/source-register.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import { log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { Budget } from './budget.ts'
import { type Told, submitSource } from './submit-source.ts'

interface FollowMovesDeps {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
  readonly now: () => number
}

/** Lets the sources of customers who were moved follow them. Answers how many moves are done and whether all are. */
export async function followMoves(
  deps: FollowMovesDeps,
  budget: Budget,
): Promise<{ readonly done: number; readonly isAll: boolean }> {
  const moves = await movesToDo(deps.d1, budget.rowsLeft())
  let done = 0
  for (const move of moves) {
    if (!budget.spend()) return { done, isAll: false }
    await wakeWaiting(deps.d1, move, [waitKey.customer(move.customerId)], deps.now())
    if (!(await moveSources(deps, move, budget))) continue
    await moveDone(deps.d1, move)
    done += 1
  }
  return { done, isAll: done === moves.length && budget.rowsLeft() > 0 }
}

async function moveSources(deps: FollowMovesDeps, move: Move, budget: Budget): Promise<boolean> {
  let isAll = true
  for (const sourceRef of await sourcesOfCustomer(deps.d1, move, move.customerId)) {
    if (!budget.spend()) return false
    // First of all, what is told from now on goes to the new user: nothing is added to what is read here.
    await releaseRefs(deps.d1, move, { sourceRef, from: move.from, to: move.userId })
    for (const from of move.from) isAll = (await moveSource(deps, move, sourceRef, from)) && isAll
  }
  return isAll
}

/** The new user's ledger knows all before the old one forgets it: wherever this breaks off, it is done again. */
async function moveSource(
  { d1, ledgers }: FollowMovesDeps,
  { provider, account, customerId, movedAt, userId }: Move,
  sourceRef: string,
  from: string,
): Promise<boolean> {
  const source = { provider, account, ref: sourceRef }
  const register = await sourceRegister(d1, from, source)
  if (register === null) return true
  const version = await sha256(from, JSON.stringify(register))
  const occasion = {
    commandId: `move:${customerId}:${movedAt}:${version}:${sourceRef}`,
    ref: `customer:${customerId}`,
    effectiveAt: null,
  }
  const settled = await submitSource(
    ledgers,
    userId,
    { type: 'settle_source', source, facts: [], register },
    occasion,
  )
  return (
    isTold(settled) && isTold(await submitSource(ledgers, from, { type: 'release_source', source }, occasion))
  )
}

function isTold(told: Told): boolean {
  if (told.type === 'settled') return true
  log('error', 'move_failed', { reason: told.type === 'failed' ? told.reason : told.code })
  return false
}
