import type { SourceKey } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { orderedText } from '../../domain/values/json.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { handOversOf } from '../../ledger/store/hand-overs.ts'
import type { OwnerChange } from '../../owners/change-user.ts'
import {
  type Move,
  forgetMove,
  moveOf,
  postponeMove,
  movesOf,
  movesToDo,
  takeOverMoves,
} from '../../owners/moves.ts'
import { errorText, log } from '../../platform/log.ts'
import { sha256 } from '../../platform/sha256.ts'
import { BOUNDS, type Budget, budgetFromNow } from './budget.ts'
import { type Occasion, type SettlementReply, submitSource } from './submit-source.ts'
import { workThrough } from './work-through.ts'

/** What is needed to tell ledgers of sources that move. */
export interface SourceDeps {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
  readonly now: () => Instant
}

/** Carries out the moves that are due, of sources whose user has become another. Returns how many, and whether all. */
export async function carryOutMoves(
  deps: SourceDeps,
  budget: Budget,
): Promise<{ readonly done: number; readonly isAll: boolean }> {
  await takeOverMoves(deps.d1, deps.now(), budget.rowsLeft())
  const moves = await movesToDo(deps.d1, deps.now(), budget.rowsLeft())
  const done = await carryOutEach(deps, moves, budget)
  return { done, isAll: done === moves.length && budget.rowsLeft() > 0 }
}

/** Carries out the moves that one change of users began, before all that are older. What is left the keeper carries out. */
export async function carryOutMovesOf(
  deps: SourceDeps,
  change: OwnerChange,
  budget = budgetFromNow(BOUNDS.moves, deps.now),
): Promise<void> {
  await carryOutEach(deps, await movesOf(deps.d1, change, budget.rowsLeft()), budget)
}

/** Carries out the move that one source is on. Returns whether it was on one, and has moved. */
export async function carryOutMoveOf(deps: SourceDeps, source: SourceKey): Promise<boolean> {
  const move = await moveOf(deps.d1, source)
  return move !== null && carryOut(deps, move)
}

async function carryOutEach(deps: SourceDeps, moves: readonly Move[], budget: Budget): Promise<number> {
  const { done } = await workThrough(moves, budget, (move) => carryOut(deps, move))
  return done
}

async function carryOut(deps: SourceDeps, move: Move): Promise<boolean> {
  try {
    const isDone = await handOver(deps, move)
    await (isDone ? forgetMove(deps.d1, move) : postponeMove(deps.d1, move, deps.now()))
    return isDone
  } catch (error) {
    log('error', 'move_failed', { reason: errorText(error) })
    await postponeMove(deps.d1, move, deps.now())
    return false
  }
}

/**
 * Whose the source was gives it up, with what is used and held of it at that moment; that is kept in D1 until whose it is
 * now takes it over, in the batch that records it there. So it is at one place at every moment, and wherever this breaks
 * off, it goes on from there.
 */
async function handOver(deps: SourceDeps, move: Move): Promise<boolean> {
  const { source, moveId, to } = move
  for (const from of move.from) {
    if (from !== to && !isSettled(await release(deps, move, from))) return false
  }
  // What is nobody's is kept until it is somebody's.
  if (to === null) return true
  const moved = await handOversOf(deps.d1, source)
  if (moved.length === 0) return true
  const command = { type: 'settle_source', source, facts: [], moved } as const
  const key = `${moveId}:${await sha256(orderedText(moved))}`
  return isSettled(await submitSource(deps.ledgers, to, command, occasionOf(source, key)))
}

function release({ ledgers }: SourceDeps, { source, moveId }: Move, from: UserId): Promise<SettlementReply> {
  return submitSource(
    ledgers,
    from,
    { type: 'release_source', source },
    occasionOf(source, `${moveId}:release`),
  )
}

function occasionOf({ ref }: SourceKey, key: string): Occasion {
  return { commandId: `${key}:${ref}`, ref: `move:${ref}`, effectiveAt: null }
}

/** Whether a ledger has done what it was told; what else it replies is logged. */
function isSettled(reply: SettlementReply): boolean {
  if (reply.type === 'settled') return true
  log('error', 'move_failed', { reason: reply.type === 'failed' ? reply.reason : reply.code })
  return false
}
