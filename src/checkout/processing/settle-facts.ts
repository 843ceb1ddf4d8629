import type { SourceFact } from '../../domain/purchases/register/fact.ts'
import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { Owner } from '../../owners/claim-purchase-ids.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { type SettlementReply, submitSource } from './submit-source.ts'

/** Facts of one source on their way to its user's ledger. */
export interface Group extends Owner {
  readonly facts: readonly SourceFact[]
}

interface SettleFactsDeps {
  readonly ledgers: UserLedgers
}

/** Adds a fact to the group of its source. */
export function groupFact(groups: readonly Group[], owner: Owner, fact: SourceFact): readonly Group[] {
  const isOf = ({ userId, sourceRef }: Group) => userId === owner.userId && sourceRef === owner.sourceRef
  if (!groups.some(isOf)) return [...groups, { ...owner, facts: [fact] }]
  return groups.map((group) => (isOf(group) ? { ...group, facts: [...group.facts, fact] } : group))
}

/** Tells a user's ledger the facts of one of its sources, once for each replay of the event. */
export async function settleFacts(
  { ledgers }: SettleFactsDeps,
  event: ClaimedEvent,
  { userId, sourceRef, facts }: Group,
): Promise<SettlementReply> {
  const { provider, account } = event
  const source = { provider, account, ref: sourceRef }
  const commandId = `inbox:${event.id}:${event.replays}:${sourceRef}`
  const occasion = { commandId, ref: event.id, effectiveAt: event.occurredAt }
  return submitSource(ledgers, userId, { type: 'settle_source', source, facts, moved: null }, occasion)
}
