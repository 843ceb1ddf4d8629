import { dropBodies } from '../../inbox/drop-bodies.ts'
import { claimEvent } from '../../inbox/inbox-event.ts'
import { type Due, dueEvents } from '../../inbox/due-events.ts'
import { wakeForKnownKeys } from '../../inbox/waits.ts'
import { dropExpiredReceipts } from '../../ledger/store/receipts/drop-receipts.ts'
import { log } from '../../platform/log.ts'
import { BOUNDS, type Bounds, type Budget, createBudget } from '../processing/budget.ts'
import { FairTurns } from './fair-turns.ts'
import { followCatalog } from './follow-catalog.ts'
import { carryOutMoves } from '../processing/carry-out-moves.ts'
import { type JobReport, job } from './job.ts'
import { type ProcessDeps, processClaimed } from '../processing/process.ts'

export interface SweepDeps extends ProcessDeps {
  /** How long bodies are kept, of events that are settled and of others. */
  readonly keep: { readonly settledMs: number; readonly unsettledMs: number }
  /** Whether the database is known to have no room. */
  readonly isFull: () => boolean
}

const BODIES_DROPPED_MAX = 500

type Job = 'waits' | 'events' | 'moves' | 'sources' | 'bodies' | 'receipts'

/** What each job did, and whether nothing is left of it. */
export type SweepReport = Readonly<Record<Job, JobReport>>

/**
 * Does what is due, within bounds; what is left is done by the next. Every job has its share of the time, and one
 * that fails does not keep the others. `hasRoom` says whether a job of this share may begin more.
 */
export async function sweep(
  deps: SweepDeps,
  { msMax, ...bounds }: Bounds = BOUNDS.round,
  hasRoom: (share: number) => boolean = () => true,
): Promise<SweepReport> {
  const startedAt = deps.now()
  const budgetUntil = (share: number, mayBegin = () => true) =>
    createBudget(
      { ...bounds, until: startedAt + msMax * share },
      deps.now,
      () => hasRoom(share) && mayBegin(),
    )
  const reports = {
    waits: await job('waits', () => wakeAll(deps)),
    // A claim counts an attempt. Where it could not be concluded for want of room, it would count for ever.
    events: await job('events', () =>
      processDue(
        deps,
        budgetUntil(0.5, () => !deps.isFull()),
      ),
    ),
    moves: await job('moves', () => carryOutMoves(deps, budgetUntil(0.7))),
    sources: await job('sources', () => followCatalog(deps, budgetUntil(0.9))),
    bodies: await job('bodies', () => dropOld(deps)),
    receipts: await job('receipts', () => dropReceipts(deps)),
  }
  log('info', 'swept', { ...reports, ms: deps.now() - startedAt })
  return reports
}

/**
 * Processes what is due, in fair turns: neither do older events hold up a new one, nor new ones an old one. Behind n older ones
 * of other buyers an event has its turn once n/7 rows were done for each turn of the newest.
 */
async function processDue(deps: SweepDeps, budget: Budget): Promise<JobReport> {
  const turns = new FairTurns()
  let done = 0
  let due: readonly Due[] = []
  for (;;) {
    if (due.length === 0) due = await dueEvents(deps.d1, deps.now())
    const next = turns.next(due)
    if (next === null) return { done, isAll: true }
    if (!budget.spend()) return { done, isAll: false }
    const event = await claimEvent(deps.d1, next.id, deps.now())
    const outcome = event === null ? null : await processClaimed(deps, event, budget)
    if (event !== null) done += 1
    // What it has woken is due since last; where somebody else has it, they are at what is due, too.
    const isOld = event === null || (outcome !== null && outcome.wokenAt !== null)
    due = isOld ? [] : due.filter(({ id }) => id !== next.id)
  }
}

async function wakeAll({ d1, now }: SweepDeps): Promise<JobReport> {
  const { woken } = await wakeForKnownKeys(d1, now())
  // The next round looks on; what is woken is processed by this one.
  return { done: woken, isAll: true }
}

async function dropOld({ d1, now, keep }: SweepDeps): Promise<JobReport> {
  const done = await dropBodies(d1, now(), keep, BODIES_DROPPED_MAX)
  return { done, isAll: done < BODIES_DROPPED_MAX }
}

async function dropReceipts({ d1, now }: SweepDeps): Promise<JobReport> {
  const done = await dropExpiredReceipts(d1, now())
  return { done, isAll: done === 0 }
}
