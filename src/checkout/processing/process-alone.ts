import type { InboxEvent } from '../../inbox/inbox-event.ts'
import { errorText, log } from '../../platform/log.ts'
import type { Budget } from './budget.ts'
import { type ProcessDeps, type ProcessOutcome, processClaimed } from './process.ts'

/**
 * Processes an event as one of several, whose budget is for what each brings about as well. `null` for one that cannot even
 * be settled: it stays claimed, and keeps no other one from its turn.
 */
export async function processAlone(
  deps: ProcessDeps,
  event: InboxEvent,
  budget: Budget,
): Promise<ProcessOutcome | null> {
  try {
    return await processClaimed(deps, event, budget)
  } catch (error) {
    log('error', 'inbox_event_broke', { requestId: event.id, error: errorText(error) })
    return null
  }
}
