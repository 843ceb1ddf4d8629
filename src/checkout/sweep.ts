import { dropBodies } from '../ledger/across-users/drop-bodies.ts'
import { type InboxEvent, claimNextDue } from '../ledger/across-users/inbox.ts'
import { wakeKnown } from '../ledger/across-users/inbox-waits.ts'
import { errorText, log } from '../ledger/log.ts'
import { type Budget, createBudget } from './budget.ts'
import { followCatalog } from './follow-catalog.ts'
import { followMoves } from './follow-moves.ts'
import { type ProcessDeps, processClaimed } from './process.ts'

export interface SweepDeps extends ProcessDeps {
  /** How long bodies are kept, of events that are settled and of others. */
  readonly keep: { readonly settledMs: number; readonly unsettledMs: number }
}

/** What a sweep may do: rows for each of its jobs, and milliseconds for all of them. */
export interface SweepBounds {
  readonly rowsMax: number
  readonly msMax: number
}

/** A row takes some ten questions to D1, of which one invocation may ask a thousand. */
const BOUNDS: SweepBounds = { rowsMax: 30, msMax: 20_000 }

const BODIES_DROPPED_MAX = 500

const WAITS_WOKEN_MAX = 100

/** What a job did, and whether nothing is left of it. */
interface Done {
  readonly done: number
  readonly isAll: boolean
}

type Job = 'waits' | 'events' | 'moves' | 'sources' | 'bodies'

/**
 * Does what is due, within bounds; what is left is done by the next. Every job has its share of the time, and one
 * that fails does not keep the others.
 */
export async function sweep(deps: SweepDeps, bounds = BOUNDS): Promise<Readonly<Record<Job, Done>>> {
  const { rowsMax, msMax } = bounds
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

async function job(name: Job, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work()
  } catch (error) {
    log('error', 'sweep_failed', { job: name, error: errorText(error) })
    return { done: 0, isAll: false }
  }
}

async function processDue(deps: SweepDeps, budget: Budget): Promise<Done> {
  let done = 0
  while (budget.spend()) {
    const event = await claimNextDue(deps.d1, deps.now())
    if (event === null) return { done, isAll: true }
    await processAlone(deps, event)
    done += 1
  }
  return { done, isAll: false }
}

/** One that cannot even be settled stays claimed, and keeps no other one from its turn. */
async function processAlone(deps: SweepDeps, event: InboxEvent): Promise<void> {
  try {
    await processClaimed(deps, event)
  } catch (error) {
    log('error', 'inbox_event_broke', { requestId: event.id, error: errorText(error) })
  }
}

async function wakeAll({ d1, now }: SweepDeps): Promise<Done> {
  const done = await wakeKnown(d1, now(), WAITS_WOKEN_MAX)
  return { done, isAll: done < WAITS_WOKEN_MAX }
}

async function dropOld({ d1, now, keep }: SweepDeps): Promise<Done> {
  const done = await dropBodies(d1, now(), keep, BODIES_DROPPED_MAX)
  return { done, isAll: done < BODIES_DROPPED_MAX }
}
