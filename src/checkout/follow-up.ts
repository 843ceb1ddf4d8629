import type { Instant } from '../domain/instant.ts'
import { log } from '../ledger/log.ts'
import { BOUNDS, type Bounds, createBudget } from './budget.ts'
import { drain } from './drain.ts'
import { followCatalog } from './follow-catalog.ts'
import { followMoves } from './follow-moves.ts'
import { type Done, job } from './job.ts'
import type { ProcessDeps } from './process.ts'

/**
 * Does what follows from a customer or product that an operator has just put: first of all the events that were woken
 * at that moment, then the sources that have to follow. Within bounds; what is left is done by the sweep, to which all
 * else that is due is left, too.
 */
export async function followUp(
  deps: ProcessDeps,
  wokenAt: Instant,
  { rowsMax, msMax }: Bounds = BOUNDS.followUp,
): Promise<Readonly<Record<'woken' | 'moves' | 'sources', Done>>> {
  const startedAt = deps.now()
  const budgetUntil = (share: number) => createBudget({ rowsMax, until: startedAt + msMax * share }, deps.now)
  const followed = {
    woken: await job('woken', () => drain(deps, wokenAt, budgetUntil(0.5))),
    moves: await job('moves', () => followMoves(deps, budgetUntil(0.75))),
    sources: await job('sources', () => followCatalog(deps, budgetUntil(1))),
  }
  log('info', 'followed_up', { ...followed, ms: deps.now() - startedAt })
  return followed
}
