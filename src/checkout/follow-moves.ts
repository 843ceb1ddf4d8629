import { merged } from '../domain/checkout/merged.ts'
import type { Moved, SourceKey } from '../domain/command.ts'
import { orderedText } from '../domain/json.ts'
import type { Change } from '../ledger/across-users/change-user.ts'
import {
  type Move,
  moveDone,
  moveRests,
  movesOf,
  movesToDo,
  takeOverMoves,
} from '../ledger/across-users/moves.ts'
import { forgetHandedOver, handedOverOf } from '../ledger/across-users/handed-over.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import { errorText, log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import { type Budget, createBudget } from './budget.ts'
import { type Occasion, type Told, submitSource } from './submit-source.ts'

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
    const isDone = await handOver(deps, move)
    await (isDone ? moveDone(deps.d1, move) : moveRests(deps.d1, move, deps.now()))
    return isDone
  } catch (error) {
    log('error', 'move_failed', { reason: errorText(error) })
    await moveRests(deps.d1, move, deps.now())
    return false
  }
}

/**
 * Whose the source was gives it up, with what is used and held of it at that moment; that is kept in D1 until whose it is
 * now has taken it over. So nothing of it is spent by both, and wherever this breaks off, it goes on from what is kept.
 */
async function handOver(deps: FollowMovesDeps, move: Move): Promise<boolean> {
  const { source, moveId, to } = move
  for (const from of move.from) {
    if (from !== to && !isTold(await release(deps, move, from))) return false
  }
  // What is nobody's is kept until it is somebody's.
  if (to === null) return true
  const left = await handedOverOf(deps.d1, source)
  if (left.length === 0) return true
  const moved = left.map((one) => one.moved).reduce(together)
  const command = { type: 'settle_source', source, facts: [], moved } as const
  const key = `${moveId}:${await sha256(JSON.stringify(moved))}`
  if (!isTold(await submitSource(deps.ledgers, to, command, occasionOf(source, key)))) return false
  await forgetHandedOver(deps.d1, source, left)
  return true
}

function release({ ledgers }: FollowMovesDeps, { source, moveId }: Move, from: string): Promise<Told> {
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

/** What two users left of one source, as of one: of what both had, that of whom more was used. */
function together(a: Moved, b: Moved): Moved {
  const spent = new Map(a.spent)
  for (const [id, usage] of b.spent) {
    const known = spent.get(id)
    if (known === undefined || known.used <= usage.used) spent.set(id, usage)
  }
  const holds = new Map([...a.holds, ...b.holds].map((hold) => [orderedText(hold), hold]))
  return { register: merged(a.register, b.register), spent: [...spent], holds: [...holds.values()] }
}

function isTold(told: Told): boolean {
  if (told.type === 'settled') return true
  log('error', 'move_failed', { reason: told.type === 'failed' ? told.reason : told.code })
  return false
}
