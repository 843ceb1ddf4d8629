import type { Instant } from '../../domain/values/instant.ts'
import { NotConcerned } from '../../owners/audience.ts'
import {
  type ClaimedEvent,
  type InboxEvent,
  type InboxState,
  claimEvent,
  keepEnvelope,
} from '../../inbox/inbox-event.ts'
import { type OwnerLookUp, EMPTY_LOOK_UP } from '../../owners/owner-look-up.ts'
import { conclude } from '../../inbox/conclude.ts'
import { MALFORMED } from '../../inbox/take-in.ts'
import { firstAccountOf } from '../../owners/unsigned-account.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { errorText, log, logging } from '../../platform/log.ts'
import { type AcceptDeps, isAccepted } from '../admission/is-accepted.ts'
import { apply } from './apply.ts'
import { BOUNDS, type Budget, budgetFromNow } from './budget.ts'
import { type NamingDeps, weighNames } from '../admission/weigh-names.ts'
import { type EventReading, Unparseable } from '../provider/provider.ts'
import { eventAsReadNow, bodyOf, envelopeOf, providerOf } from '../events/read-event.ts'
import { type RereadDeps, reread } from './reread.ts'
import { namesIn } from '../routing/route-fact.ts'
import { SANDBOX, type SandboxDeps, admissionOf, ledgersOf } from '../admission/sandbox.ts'
import { ATTEMPTS_MAX, NOTHING_YET, type AttemptOutcome, conclusionOf } from './conclusion-of.ts'
import { writable } from '../events/writable.ts'

export interface ProcessDeps extends RereadDeps, SandboxDeps, NamingDeps, AcceptDeps {
  readonly ledgers: UserLedgers
  /** The deployment's: money that is meant and money that is not never meet, but for who is named. */
  readonly mode: 'live' | 'test'
}

/** What is at hand of an event that is processed. */
export interface AtHand {
  /** `null` once it was dropped. */
  readonly body: unknown
  /** What the body says by itself, as far as it can be written down; `null` where that is still to be read. */
  readonly reading: EventReading | null
  readonly known: OwnerLookUp
}

/** What processing an event came to. */
export interface ProcessOutcome {
  readonly state: InboxState
  /** As of when other events are due because of this one; `null` when none is. */
  readonly wokenAt: Instant | null
}

/** Processes one event of the inbox, if it is due and nobody else has it. `null` when there was nothing to do. */
export async function processEvent(deps: ProcessDeps, id: string): Promise<ProcessOutcome | null> {
  const event = await claimEvent(deps.d1, id, deps.now())
  return event === null ? null : processClaimed(deps, event)
}

/** Processes an event that was claimed, as it is kept. What it brings about is within the budget. */
export function processClaimed(
  deps: ProcessDeps,
  event: InboxEvent,
  budget = budgetFromNow(BOUNDS.moves, deps.now),
): Promise<ProcessOutcome> {
  return process({ ...deps, budget }, event, () => takeKept(deps, event))
}

async function takeKept({ d1 }: ProcessDeps, event: InboxEvent): Promise<Taken> {
  const body = await bodyOf(event)
  const told = event.body === null ? event : await eventAsReadNow(event, body)
  const { type, mode, occurredAt } = told
  if (type !== event.type || mode !== event.mode || occurredAt !== event.occurredAt)
    await keepEnvelope(d1, told)
  return { event: told, body, reading: null, known: EMPTY_LOOK_UP }
}

/** Processes an event that was claimed as it came: nothing of it is read again. */
export function processArrived(
  deps: ProcessDeps,
  event: ClaimedEvent,
  atHand: AtHand,
): Promise<ProcessOutcome> {
  const budget = budgetFromNow(BOUNDS.moves, deps.now)
  return process({ ...deps, budget }, event, () => Promise.resolve({ event, ...atHand }))
}

interface BoundedDeps extends ProcessDeps {
  /** By the clock, which stands still for all else that is done about one event. */
  readonly budget: Budget
}

/** What is processed, as it tells of itself. */
interface Taken extends AtHand {
  readonly event: ClaimedEvent
}

/**
 * Any number of times, at once or one after another, comes to the same; where it breaks off, it is taken up again, until
 * that was too often.
 *
 * One moment stands for all that is written on the way: what is due as of it was woken here, or is this event itself,
 * where what it lacked came meanwhile.
 */
function process(
  deps: BoundedDeps,
  event: ClaimedEvent,
  take: () => Promise<Taken>,
): Promise<ProcessOutcome> {
  return logging([event.id], async () => {
    const at = deps.now()
    const atOneMoment = { ...deps, now: () => at }
    const outcome = event.attempts > ATTEMPTS_MAX ? BROKEN_OFF : await attempt(atOneMoment, take)
    const settlement = conclusionOf(event, outcome, at)
    const account = outcome.account ?? event.account
    const hasWoken = await conclude(deps.d1, { ...event, account }, settlement, at)
    const { provider, type, attempts } = event
    const { state, reason } = settlement
    log('info', 'inbox_event', { provider, type, state, reason, attempts })
    return { state, wokenAt: hasWoken ? at : null }
  })
}

const OF_UNKNOWN_ACCOUNT: AttemptOutcome = { ...NOTHING_YET, quarantined: ['unknown_account'] }

const OF_OTHER_MODE: AttemptOutcome = { ...NOTHING_YET, quarantined: ['mode'] }

/** Of an attempt that nothing was heard of. */
const BROKEN_OFF: AttemptOutcome = { ...NOTHING_YET, failed: 'never_finished' }

async function attempt(deps: BoundedDeps, take: () => Promise<Taken>): Promise<AttemptOutcome> {
  try {
    const { event, body, reading, known } = await take()
    const isOfOtherMode = event.mode !== null && event.mode !== deps.mode
    const canBeLetIn = deps.mode === 'live' && deps.sandboxUsers.size > 0 && body !== null
    if (isOfOtherMode && !canBeLetIn) return OF_OTHER_MODE
    if (body === null) return { ...NOTHING_YET, quarantined: ['body_dropped'] }
    const provider = providerOf(event)
    if (!isAccepted(deps, provider, event, body)) return OF_UNKNOWN_ACCOUNT
    // The API is asked with the key of the deployment's mode, where nothing of the other mode is found.
    const again = isOfOtherMode ? null : await reread(deps, provider, event, body)
    const said = again === null ? reading : null
    const told = said ?? writable(provider.read(body, envelopeOf(event), again))
    const { facts, flags } = await weighNames(deps, event, told.facts)
    const read = { ...told, facts, flags: [...told.flags, ...flags] }
    const account = provider.isAccountUnsigned ? await firstAccountOf(deps.d1, namesIn(facts).ids) : null
    const ofIts = account === null ? event : { ...event, account }
    const outcome = isOfOtherMode
      ? await admit(deps, ofIts, read)
      : await apply(
          { ...deps, only: null },
          ofIts,
          read,
          ofIts.account === event.account ? known : EMPTY_LOOK_UP,
        )
    return { ...outcome, account }
  } catch (error) {
    if (error instanceof Unparseable) {
      return { ...NOTHING_YET, quarantined: [MALFORMED], flags: [error.message] }
    }
    log('error', 'inbox_event_failed', { error: errorText(error) })
    return { ...NOTHING_YET, failed: 'error' }
  }
}

/** What was bought with money that is not meant, where it is: only for who is named. */
async function admit(deps: BoundedDeps, event: ClaimedEvent, reading: EventReading): Promise<AttemptOutcome> {
  const admission = await admissionOf(deps, event, reading.facts)
  if (!admission.isLetIn) return { ...OF_OTHER_MODE, waitsFor: admission.waitsFor }
  const { sandboxUsers: only } = deps
  try {
    const letIn = { ...deps, ledgers: ledgersOf(only, deps.ledgers), only }
    const outcome = await apply(letIn, event, reading, EMPTY_LOOK_UP)
    return { ...outcome, flags: [...outcome.flags, SANDBOX] }
  } catch (error) {
    // Meanwhile it has become somebody else's.
    if (error instanceof NotConcerned) return OF_OTHER_MODE
    throw error
  }
}
