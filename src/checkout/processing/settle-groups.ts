import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { followSource } from './follow-moves.ts'
import { type Group, settleFacts } from './settle-facts.ts'
import type { SettlementReply } from './submit-source.ts'

interface SettleGroupsDeps {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
  readonly now: () => number
}

/** Tells users' ledgers what an event says of their sources. Answers what came of all of it together. */
export async function settleGroups(deps: SettleGroupsDeps, event: ClaimedEvent, groups: readonly Group[]) {
  const versions: number[] = []
  const unknownProducts: string[] = []
  const notices: string[] = []
  const refused: string[] = []
  let failed: string | null = null
  for (const group of groups) {
    const told = await settleGroup(deps, event, group)
    if (told.type === 'failed') failed = told.reason
    else if (told.type === 'settled') {
      versions.push(...told.versions)
      unknownProducts.push(...told.unknownProducts)
      notices.push(...told.notices)
      // Under this key other facts were told before, when not all could be routed: they are told under a new one.
    } else if (told.code === 'idempotency_key_reused') failed = told.code
    else refused.push(told.code)
  }
  return { versions, unknownProducts, notices, refused, failed }
}

/** A source that is on its way to its user is not settled before it is there: it is fetched then. */
async function settleGroup(
  deps: SettleGroupsDeps,
  event: ClaimedEvent,
  group: Group,
): Promise<SettlementReply> {
  const told = await settleFacts(deps, event, group)
  const { provider, account } = event
  const isThere =
    told.type !== 'failed' || !(await followSource(deps, { provider, account, ref: group.sourceRef }))
  return isThere ? told : settleFacts(deps, event, group)
}
