import { merged } from '../domain/checkout/register.ts'
import type { Moved } from '../domain/command.ts'
import type { Change } from '../ledger/across-users/change-user.ts'
import {
  type Move,
  keepWithheld,
  moveDone,
  moveRests,
  movesOf,
  movesToDo,
  takeOverMoves,
} from '../ledger/across-users/moves.ts'
import { sourceRegister, spentOfSource } from '../ledger/across-users/source-register.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import { errorText, log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import { type Budget, createBudget } from './budget.ts'
import { type Told, submitSource } from './submit-source.ts'

export interface FollowMovesDeps {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
  readonly now: () => number
}

/** What a change of users does at once; the rest is left to the sweep. */
const AT_ONCE = { rowsMax: 10, msMax: 5000 }

/** Lets sources whose user has become another follow. Answers how many did and whether all have. */
export async function followMoves(
  deps: FollowMovesDeps,
  budget: Budget,
): Promise<{ readonly done: number; readonly isAll: boolean }> {
  await takeOverMoves(deps.d1, deps.now(), budget.rowsLeft())
  const moves = await movesToDo(deps.d1, deps.now(), budget.rowsLeft())
  const done = await followEach(deps, moves, budget)
  return { done, isAll: done === moves.length && budget.rowsLeft() > 0 }
}

/** Begins with what one change of users has brought about, before all that is older. */
export async function followChange(deps: FollowMovesDeps, change: Change): Promise<void> {
  const budget = createBudget({ rowsMax: AT_ONCE.rowsMax, until: deps.now() + AT_ONCE.msMax }, deps.now)
  await followEach(deps, await movesOf(deps.d1, change, AT_ONCE.rowsMax), budget)
}

async function followEach(deps: FollowMovesDeps, moves: readonly Move[], budget: Budget): Promise<number> {
  let done = 0
  for (const move of moves) {
    if (!budget.spend()) break
    if (await follow(deps, move)) done += 1
  }
  return done
}

async function follow(deps: FollowMovesDeps, move: Move): Promise<boolean> {
  try {
    const isDone = move.to === null ? await withhold(deps, move) : await handOver(deps, move, move.to)
    await (isDone ? moveDone(deps.d1, move) : moveRests(deps.d1, move, deps.now()))
    return isDone
  } catch (error) {
    log('error', 'move_failed', { reason: errorText(error) })
    await moveRests(deps.d1, move, deps.now())
    return false
  }
}

/** The new user's ledger knows all before the old one forgets it: wherever this breaks off, it is done again. */
async function handOver(deps: FollowMovesDeps, move: Move, to: string): Promise<boolean> {
  if (move.kept !== null && !(await settleAt(deps, move, to, move.kept))) return false
  for (const from of move.from) {
    if (from === to) continue
    const moved = await leftBy(deps, move, from)
    if (moved === null) continue
    if (!(await settleAt(deps, move, to, moved)) || !(await releaseAt(deps, move, from, moved))) return false
  }
  return true
}

/** What is nobody's is kept, before the ledger that knew it forgets it. */
async function withhold(deps: FollowMovesDeps, move: Move): Promise<boolean> {
  let { kept } = move
  for (const from of move.from) {
    const moved = await leftBy(deps, move, from)
    if (moved === null) continue
    kept = together(kept, moved)
    await keepWithheld(deps.d1, move, kept)
    if (!(await releaseAt(deps, move, from, moved))) return false
  }
  return true
}

/** What two users had of one source, as of one. */
function together(kept: Moved | null, moved: Moved): Moved {
  if (kept === null) return moved
  return {
    register: merged(kept.register, moved.register),
    spent: [...new Map([...kept.spent, ...moved.spent])],
  }
}

/** What a user's ledger leaves to others of a source, `null` when it knows nothing of it. */
async function leftBy({ d1 }: FollowMovesDeps, { source }: Move, from: string): Promise<Moved | null> {
  const register = await sourceRegister(d1, from, source)
  return register === null ? null : { register, spent: await spentOfSource(d1, from, source) }
}

async function settleAt(
  { ledgers }: FollowMovesDeps,
  move: Move,
  to: string,
  moved: Moved,
): Promise<boolean> {
  const command = { type: 'settle_source', source: move.source, facts: [], moved } as const
  return isTold(await submitSource(ledgers, to, command, await occasionOf(move, moved)))
}

async function releaseAt(
  { ledgers }: FollowMovesDeps,
  move: Move,
  from: string,
  moved: Moved,
): Promise<boolean> {
  const command = { type: 'release_source', source: move.source } as const
  return isTold(await submitSource(ledgers, from, command, await occasionOf(move, moved)))
}

/** One for each content: what is read again after it broke off is told again, and what was told is not. */
async function occasionOf({ source, moveId }: Move, moved: Moved) {
  const version = await sha256(JSON.stringify(moved))
  return { commandId: `${moveId}:${version}:${source.ref}`, ref: `move:${source.ref}`, effectiveAt: null }
}

function isTold(told: Told): boolean {
  if (told.type === 'settled') return true
  log('error', 'move_failed', { reason: told.type === 'failed' ? told.reason : told.code })
  return false
}
