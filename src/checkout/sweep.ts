import { dropBodies } from '../ledger/across-users/drop-bodies.ts'
import { claimNextDue } from '../ledger/across-users/inbox.ts'
import { wakeKnown } from '../ledger/across-users/inbox-waits.ts'
import { log } from '../ledger/log.ts'
import { BOUNDS, type Bounds, type Budget, createBudget } from './budget.ts'
import { followCatalog } from './follow-catalog.ts'
import { followMoves } from './follow-moves.ts'
import { type Done, job } from './job.ts'
import type { ProcessDeps } from './process.ts'
import { processAlone } from './process-alone.ts'

export interface SweepDeps extends ProcessDeps {
  /** How long bodies are kept, of events that are settled and of others. */
  readonly keep: { readonly settledMs: number; readonly unsettledMs: number }
}

/**
 * What is due since last goes first: somebody has just done something for it, and waits. But in every fourth turn the
 * event goes that has been due for longest. So a backlog keeps nobody who comes later, and what comes later keeps no
 * event for ever: with n older ones it has its turn after n/7 sweeps of thirty rows.
 */
const OLDEST_EVERY = 4

const BODIES_DROPPED_MAX = 500

const WAITS_WOKEN_MAX = 100

type Job = 'waits' | 'events' | 'moves' | 'sources' | 'bodies'

/**
 * Does what is due, within bounds; what is left is done by the next. Every job has its share of the time, and one
 * that fails does not keep the others.
 */
export async function sweep(
  deps: SweepDeps,
  { rowsMax, msMax }: Bounds = BOUNDS.sweep,
): Promise<Readonly<Record<Job, Done>>> {
  const startedAt = deps.now()
  const budgetUntil = (share: number) => createBudget({ rowsMax, until: startedAt + msMax * share }, deps.now)
  const swept = {
    waits: await job('waits', () => wakeAll(deps)),
    events: await job('events', () => processDue(deps, budgetUntil(0.5))),
    moves: await job('moves', () => followMoves(deps, budgetUntil(0.7))),
    sources: await job('sources', () => followCatalog(deps, budgetUntil(0.9))),
    bodies: await job('bodies', () => dropOld(deps)),
  }
  log('info', 'swept', { ...swept, ms: deps.now() - startedAt })
  return swept
}

async function processDue(deps: SweepDeps, budget: Budget): Promise<Done> {
  let done = 0
  for (let turn = 1; budget.spend(); turn += 1) {
    const first = turn % OLDEST_EVERY === 0 ? 'oldest' : 'newest'
    const event = await claimNextDue(deps.d1, deps.now(), first)
    if (event === null) return { done, isAll: true }
    await processAlone(deps, event, budget)
    done += 1
  }
  return { done, isAll: false }
}

async function wakeAll({ d1, now }: SweepDeps): Promise<Done> {
  const done = await wakeKnown(d1, now(), WAITS_WOKEN_MAX)
  return { done, isAll: done < WAITS_WOKEN_MAX }
}

async function dropOld({ d1, now, keep }: SweepDeps): Promise<Done> {
  const done = await dropBodies(d1, now(), keep, BODIES_DROPPED_MAX)
  return { done, isAll: done < BODIES_DROPPED_MAX }
}
