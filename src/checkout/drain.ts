import type { Instant } from '../domain/instant.ts'
import { type InboxState, claimWoken } from '../ledger/across-users/inbox.ts'
import { errorText, log } from '../ledger/log.ts'
import { BOUNDS, type Bounds, type Budget, budgetFromNow } from './budget.ts'
import type { Done } from './job.ts'
import type { ProcessDeps, Processed } from './process.ts'
import { processAlone } from './process-alone.ts'

/**
 * Processes the events that were woken at this moment, and what they wake in turn: that first, for it is the newer wake.
 * Whose wake it is decides, not what else is due: a backlog is in nobody’s way. What is left stays due for the sweep.
 * Answers how many were processed, and whether nothing is left of what was woken.
 */
export async function drain(deps: ProcessDeps, wokenAt: Instant, budget: Budget): Promise<Done> {
  let [done, moments] = [0, [wokenAt]]
  for (let [newest] = moments; newest !== undefined; [newest] = moments) {
    if (!budget.spend()) return { done, isAll: false }
    const event = await claimWoken(deps.d1, newest, deps.now())
    if (event === null) {
      moments = moments.slice(1)
      continue
    }
    const processed = await processAlone(deps, event, budget)
    done += 1
    const woken = processed?.wokenAt ?? null
    if (woken !== null) moments = [woken, ...moments.filter((moment) => moment !== woken)]
  }
  return { done, isAll: true }
}

/**
 * Waits for an event to be processed, and then drains what it has woken. Answers what became of the event: where the
 * drain breaks off, what was woken stays due.
 */
export async function drainAfter(
  deps: ProcessDeps,
  processing: Promise<Processed | null>,
  bounds: Bounds = BOUNDS.drain,
): Promise<InboxState | null> {
  const processed = await processing
  if (processed === null) return null
  const { state, wokenAt } = processed
  if (wokenAt === null) return state
  const startedAt = deps.now()
  try {
    const drained = await drain(deps, wokenAt, budgetFromNow(bounds, deps.now))
    log('info', 'drained', { ...drained, ms: deps.now() - startedAt })
  } catch (error) {
    log('error', 'drain_failed', { error: errorText(error) })
  }
  return state
}
