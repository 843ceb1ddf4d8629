import type { Instant } from '../../domain/values/instant.ts'
import { type Due, dueAsOf } from '../../inbox/due-events.ts'
import { type InboxState, claimEvent } from '../../inbox/inbox-event.ts'
import { errorText, log } from '../../platform/log.ts'
import { BOUNDS, type Bounds, type Budget, budgetFromNow } from '../processing/budget.ts'
import { type ProcessDeps, type ProcessOutcome, processClaimed } from '../processing/process.ts'
import { FairTurns } from './fair-turns.ts'
import type { JobReport } from './job.ts'

/** What was woken at one moment; `null` until it was looked for. */
interface Wake {
  readonly at: Instant
  readonly due: readonly Due[] | null
}

/**
 * Processes the events that were woken at this moment, and what they wake in turn: the newest wake first. Only what was woken
 * is looked at, so that no backlog of other events holds it up. What is left stays due for the keeper. Returns how many were
 * processed, and whether nothing is left of what was woken.
 */
export async function drain(deps: ProcessDeps, wokenAt: Instant, budget: Budget): Promise<JobReport> {
  const turns = new FairTurns()
  let done = 0
  let wakes: readonly Wake[] = [{ at: wokenAt, due: null }]
  for (let [newest] = wakes; newest !== undefined; [newest] = wakes) {
    const { at } = newest
    const due = newest.due ?? (await dueAsOf(deps.d1, at))
    const next = turns.next(due)
    const earlier = wakes.slice(1)
    if (next === null) {
      // What was woken at the same moment meanwhile is looked for once more, unless there was nothing at all.
      wakes = newest.due === null ? earlier : [{ at, due: null }, ...earlier]
      continue
    }
    if (!budget.spend()) return { done, isAll: false }
    wakes = [{ at, due: due.filter(({ id }) => id !== next.id) }, ...earlier]
    const event = await claimEvent(deps.d1, next.id, deps.now())
    if (event === null) continue
    const outcome = await processClaimed(deps, event, budget)
    done += 1
    const nextWakeAt = outcome?.wokenAt ?? null
    if (nextWakeAt !== null)
      wakes = [{ at: nextWakeAt, due: null }, ...wakes.filter((wake) => wake.at !== nextWakeAt)]
  }
  return { done, isAll: true }
}

/**
 * Waits for an event to be processed, and then drains what it has woken. Returns what became of the event, `null` where it
 * could not even be concluded: it stays claimed. Where the drain breaks off, what was woken stays due.
 */
export async function drainAfter(
  deps: ProcessDeps,
  processing: Promise<ProcessOutcome | null>,
  bounds: Bounds = BOUNDS.drain,
): Promise<InboxState | null> {
  const outcome = await processing
  if (outcome === null) return null
  const { state, wokenAt } = outcome
  if (wokenAt === null) return state
  const startedAt = deps.now()
  try {
    const report = await drain(deps, wokenAt, budgetFromNow(bounds, deps.now))
    log('info', 'drained', { ...report, ms: deps.now() - startedAt })
  } catch (error) {
    log('error', 'drain_failed', { error: errorText(error) })
  }
  return state
}
