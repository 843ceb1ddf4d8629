import type { Instant } from '../../domain/values/instant.ts'
import { conclude } from '../../inbox/conclude.ts'
import {
  type ClaimedEvent,
  type InboxEvent,
  type InboxState,
  claimEvent,
  keepEnvelope,
} from '../../inbox/inbox-event.ts'
import { EMPTY_LOOK_UP } from '../../owners/owner-look-up.ts'
import { errorText, log, logging } from '../../platform/log.ts'
import { bodyOf, eventAsReadNow } from '../events/read-event.ts'
import { UNCLEAR } from './apply.ts'
import { type AttemptOutcome, NOTHING_YET } from './attempt-outcome.ts'
import { type AttemptDeps, type EventContent, type OpenEvent, attempt } from './attempt.ts'
import { BOUNDS, type Budget, budgetFromNow } from './budget.ts'
import { ATTEMPTS_MAX, conclusionOf } from './conclusion-of.ts'

export type ProcessDeps = Omit<AttemptDeps, 'budget'>

/** What processing an event came to. */
export interface ProcessOutcome {
  readonly state: InboxState
  /** As of when other events are due because of this one; `null` when none is. */
  readonly wokenAt: Instant | null
}

/**
 * Processes one event of the inbox, if it is due and nobody else has it. `null` when there was nothing to do, or it could
 * not even be concluded: it stays claimed then, for a while.
 */
export async function processEvent(deps: ProcessDeps, id: string): Promise<ProcessOutcome | null> {
  const event = await claimEvent(deps.d1, id, deps.now())
  return event === null ? null : processClaimed(deps, event, movesBudget(deps))
}

/** Processes an event that has just been taken in, from what it came with: nothing of it is read again. */
export function processArrival(
  deps: ProcessDeps,
  event: ClaimedEvent,
  content: EventContent,
): Promise<ProcessOutcome | null> {
  const open = () => Promise.resolve({ event, ...content })
  return process({ ...deps, budget: movesBudget(deps) }, event, open)
}

/** Processes a claimed event from what the inbox has kept of it; the budget is for what it brings about as well. */
export function processClaimed(
  deps: ProcessDeps,
  event: InboxEvent,
  budget: Budget,
): Promise<ProcessOutcome | null> {
  return process({ ...deps, budget }, event, () => openKept(deps, event))
}

function movesBudget({ now }: ProcessDeps): Budget {
  return budgetFromNow(BOUNDS.moves, now)
}

async function openKept({ d1 }: ProcessDeps, kept: InboxEvent): Promise<OpenEvent> {
  const body = await bodyOf(kept)
  const event = kept.body === null ? kept : await eventAsReadNow(kept, body)
  const { type, mode, occurredAt } = event
  if (type !== kept.type || mode !== kept.mode || occurredAt !== kept.occurredAt)
    await keepEnvelope(d1, event)
  // Whether a transfer has taken it is decided where its ids are claimed, and is to be shown as long as nobody has said.
  const isUnclear = (JSON.parse(kept.flags) as readonly string[]).includes(UNCLEAR)
  return { event, body, reading: null, lookUp: isUnclear ? EMPTY_LOOK_UP : null }
}

/** Of an attempt of which nothing was heard again. */
const BROKEN_OFF: AttemptOutcome = { ...NOTHING_YET, failed: 'never_finished' }

/** `null` for an event that could not even be concluded: it stays claimed, and keeps no other one from its turn. */
async function process(
  deps: AttemptDeps,
  event: ClaimedEvent,
  open: () => Promise<OpenEvent>,
): Promise<ProcessOutcome | null> {
  try {
    return await logging([event.id], () => attemptAndConclude(deps, event, open))
  } catch (error) {
    log('error', 'inbox_event_broke', { requestId: event.id, error: errorText(error) })
    return null
  }
}

/**
 * Attempts an event, and concludes it by what came of that. Any number of times, at once or one after another, comes to
 * the same; where it breaks off, it is taken up again, until that was too often.
 *
 * One moment stands for all that is written on the way: what is due as of it was woken here, or is this event itself,
 * where what it lacked came meanwhile. Only the budget goes by the clock.
 */
async function attemptAndConclude(
  deps: AttemptDeps,
  event: ClaimedEvent,
  open: () => Promise<OpenEvent>,
): Promise<ProcessOutcome> {
  const at = deps.now()
  const { outcome, firstAccount } =
    event.attempts > ATTEMPTS_MAX
      ? { outcome: BROKEN_OFF, firstAccount: null }
      : await attempt({ ...deps, now: () => at }, open)
  const conclusion = conclusionOf(event, outcome, at)
  const { provider, type, attempts, account } = event
  const itsEvent = { ...event, account: firstAccount ?? account }
  const hasWoken = !outcome.isConcluded && (await conclude(deps.d1, itsEvent, conclusion, at))
  const { state, reason } = conclusion
  log('info', 'inbox_event', { provider, type, state, reason, attempts })
  return { state, wokenAt: hasWoken ? at : null }
}
