import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { EventToConclude } from '../../ledger/submission.ts'
import { type SourceDeps, carryOutMoveOf } from './carry-out-moves.ts'
import type { SourceFacts } from './source-facts.ts'
import { type SettlementReply, submitSource } from './submit-source.ts'

/** What the ledgers of all sources of an event replied, together. */
interface Replies {
  readonly versions: readonly number[]
  readonly unknownProducts: readonly string[]
  readonly notices: readonly string[]
  readonly refused: readonly string[]
  readonly failed: string | null
  readonly isConcluded: boolean
}

/**
 * Tells users' ledgers what an event says of their sources: each ledger settles its source anew. Where there is nothing else
 * to the event, the one ledger that is told concludes it.
 */
export async function settleSources(
  deps: SourceDeps,
  event: ClaimedEvent,
  sources: readonly SourceFacts[],
  toConclude: EventToConclude | null,
): Promise<Replies> {
  const replies: SettlementReply[] = []
  for (const source of sources) replies.push(await settleSource(deps, event, source, toConclude))
  const settled = replies.filter((reply) => reply.type === 'settled')
  const refused = replies.flatMap((reply) => (reply.type === 'refused' ? [reply.code] : []))
  return {
    versions: settled.flatMap(({ versions }) => versions),
    unknownProducts: settled.flatMap(({ unknownProducts }) => unknownProducts),
    notices: settled.flatMap(({ notices }) => notices),
    refused: refused.filter((code) => code !== KEY_REUSED),
    failed: replies.flatMap((reply) => failureOf(reply) ?? []).at(-1) ?? null,
    isConcluded: settled.some(({ isEventConcluded }) => isEventConcluded === true),
  }
}

/** Under this key other facts were told before, when not all could be routed: they are told again under a new one. */
const KEY_REUSED = 'idempotency_key_reused'

/** Why a source has to be told once more; `null` where it has not. */
function failureOf(reply: SettlementReply): string | null {
  if (reply.type === 'failed') return reply.reason
  return reply.type === 'refused' && reply.code === KEY_REUSED ? KEY_REUSED : null
}

/** A ledger refuses to settle a source that is still on its way to its user: the source is fetched then, and settled. */
async function settleSource(
  deps: SourceDeps,
  event: ClaimedEvent,
  source: SourceFacts,
  toConclude: EventToConclude | null,
): Promise<SettlementReply> {
  const reply = await submitFacts(deps, event, source, toConclude)
  if (reply.type !== 'failed') return reply
  const { provider, account } = event
  const hasMoved = await carryOutMoveOf(deps, { provider, account, ref: source.sourceId })
  return hasMoved ? submitFacts(deps, event, source, toConclude) : reply
}

/** Tells a user's ledger the facts of one of its sources, once for each replay of the event. */
async function submitFacts(
  { ledgers }: SourceDeps,
  event: ClaimedEvent,
  { userId, sourceId, facts }: SourceFacts,
  toConclude: EventToConclude | null,
): Promise<SettlementReply> {
  const { provider, account } = event
  const source = { provider, account, ref: sourceId }
  const commandId = `inbox:${event.id}:${event.replays}:${sourceId}`
  const occasion = {
    commandId,
    ref: event.id,
    effectiveAt: event.occurredAt,
    ...(toConclude === null ? {} : { event: toConclude }),
  }
  return submitSource(ledgers, userId, { type: 'settle_source', source, facts, moved: null }, occasion)
}
