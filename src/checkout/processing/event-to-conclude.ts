import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { EventToConclude } from '../../ledger/submission.ts'
import type { OwnerDeps } from '../../owners/claim-purchase-ids.ts'
import type { EventReading } from '../provider/provider.ts'
import type { CustomersOutcome } from './follow-customers.ts'
import type { RoutesOutcome } from './route-facts.ts'

/**
 * An event that the ledger which is told of it can conclude, as with most renewals: all that it tells is of one source whose
 * owner was known. So it has written nothing that others could have waited for, and it waits for nothing itself. `null` of any
 * other, which is concluded once all of it is done.
 */
export function eventToConclude(
  { only, now }: OwnerDeps,
  { id, replays, attempts, versions, reason }: ClaimedEvent,
  { flags, unknown }: EventReading,
  { customers, routes }: { readonly customers: CustomersOutcome; readonly routes: RoutesOutcome },
): EventToConclude | null {
  const isAllKnown = customers.isAsKnown && routes.isAsKnown && unknown.length === 0
  // What is let in for some users only is shown as such afterwards.
  const isPlain = only === null && !routes.isTooMuch
  const isOfOneSource = routes.sources.length === 1
  if (!isAllKnown || !isPlain || !isOfOneSource) return null
  return { id, replays, attempts, versions, reason, flags, at: now() }
}
