import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import { MALFORMED } from '../../inbox/take-in.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { NotConcerned } from '../../owners/audience.ts'
import { type OwnerLookUp, EMPTY_LOOK_UP, lookUpOwners } from '../../owners/owner-look-up.ts'
import { firstAccountOf } from '../../owners/unsigned-account.ts'
import { d1Failure } from '../../platform/d1-failure.ts'
import { errorText, log } from '../../platform/log.ts'
import { type AcceptDeps, isAccepted } from '../admission/is-accepted.ts'
import { SANDBOX, type SandboxDeps, admissionOf, ledgersOf } from '../admission/sandbox.ts'
import { type NamingDeps, weighNames } from '../admission/weigh-names.ts'
import { envelopeOf, providerOf } from '../events/read-event.ts'
import { writable } from '../events/writable.ts'
import { type EventReading, Unparseable } from '../provider/provider.ts'
import { namesIn } from '../routing/route-fact.ts'
import { apply } from './apply.ts'
import { type AttemptOutcome, NOTHING_YET } from './attempt-outcome.ts'
import type { Budget } from './budget.ts'
import { type RereadDeps, reread } from './reread.ts'
import { LEDGER_FULL } from './submit-source.ts'

export interface AttemptDeps extends RereadDeps, SandboxDeps, NamingDeps, AcceptDeps {
  readonly ledgers: UserLedgers
  /** The deployment's: money that is meant and money that is not never meet, but for who is named. */
  readonly mode: 'live' | 'test'
  /** For what the event brings about. */
  readonly budget: Budget
}

/** What an event is processed from. */
export interface EventContent {
  /** `null` once it was dropped. */
  readonly body: unknown
  /** What the body says by itself, as far as it can be written down; `null` where that is still to be read. */
  readonly reading: EventReading | null
  /** What is known of whose it is, by the account that it came under; `null` where that is still to be looked up. */
  readonly lookUp: OwnerLookUp | null
}

/** An event with what it is processed from. */
export interface OpenEvent extends EventContent {
  readonly event: ClaimedEvent
}

interface Attempt {
  readonly outcome: AttemptOutcome
  /** Under which account its purchases were told first, where nobody signs accounts; `null` where the event’s counts. */
  readonly firstAccount: string | null
}

/** Tries to do what an event says. Never throws: what goes wrong is an outcome. */
export async function attempt(deps: AttemptDeps, open: () => Promise<OpenEvent>): Promise<Attempt> {
  try {
    return await attemptOpen(deps, await open())
  } catch (error) {
    if (error instanceof Unparseable) {
      return inItsOwnAccount({ ...NOTHING_YET, quarantined: [MALFORMED], flags: [error.message] })
    }
    log('error', 'inbox_event_failed', { error: errorText(error) })
    const failed = d1Failure(error) === 'full' ? LEDGER_FULL : 'error'
    return inItsOwnAccount({ ...NOTHING_YET, failed })
  }
}

/** Whether it is let in, what it says, whose account that is of, and what comes of it: in this order. */
async function attemptOpen(deps: AttemptDeps, { event, body, reading, lookUp }: OpenEvent): Promise<Attempt> {
  const isOfOtherMode = event.mode !== null && event.mode !== deps.mode
  const mayBeLetIn = deps.mode === 'live' && deps.sandboxUsers.size > 0 && body !== null
  if (isOfOtherMode && !mayBeLetIn) return keptOut('mode')
  if (body === null) return keptOut('body_dropped')
  const provider = providerOf(event)
  if (!isAccepted(deps, provider, event, body)) return keptOut('unknown_account')

  // The API is asked with the key of the deployment's mode, where nothing of the other mode is found.
  const again = isOfOtherMode ? null : await reread(deps, provider, event, body)
  const alone = again === null ? reading : null
  const read = alone ?? writable(provider.read(body, envelopeOf(event), again))
  const { facts, flags } = await weighNames(deps, event, read.facts)
  const weighed = { ...read, facts, flags: [...read.flags, ...flags] }

  const names = namesIn(facts)
  const firstAccount = await firstAccountOf(deps.d1, event.provider, names.ids)
  const itsEvent = { ...event, account: firstAccount ?? event.account }
  if (isOfOtherMode) return { outcome: await applyToSandboxUsers(deps, itsEvent, weighed), firstAccount }
  const known = itsEvent.account === event.account ? lookUp : null
  const owners = known ?? (await lookUpOwners(deps.d1, itsEvent, names))
  return { outcome: await apply({ ...deps, only: null }, itsEvent, weighed, owners), firstAccount }
}

function keptOut(reason: string): Attempt {
  return inItsOwnAccount({ ...NOTHING_YET, quarantined: [reason] })
}

function inItsOwnAccount(outcome: AttemptOutcome): Attempt {
  return { outcome, firstAccount: null }
}

const OF_OTHER_MODE: AttemptOutcome = { ...NOTHING_YET, quarantined: ['mode'] }

/** What was bought with money that is not meant, where it is: only for who is named. */
async function applyToSandboxUsers(
  deps: AttemptDeps,
  event: ClaimedEvent,
  reading: EventReading,
): Promise<AttemptOutcome> {
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
