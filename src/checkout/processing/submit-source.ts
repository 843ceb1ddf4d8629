import type { ReleaseSource, SettleSource } from '../../domain/user/command.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { orderedText } from '../../domain/values/json.ts'
import { type UserLedgers, submit } from '../../ledger/ledger-client.ts'
import { answerToSourceOutcome } from '../../ledger/source-outcome.ts'
import type { SourceOutcome, Submission } from '../../ledger/submission.ts'
import { sha256 } from '../../platform/sha256.ts'

/** Why something was not recorded for which the database has no room: it waits until there is some. */
export const LEDGER_FULL = 'ledger_full'

/** Why a source is told something, as it is recorded. */
export interface Occasion extends Pick<Submission, 'effectiveAt' | 'event'> {
  /** The same for the same: then it is told once. `null` when it may be told each time. */
  readonly commandId: string | null
  /** The event, customer or product that led to it. */
  readonly ref: string
}

/** What a user's ledger says to it; `failed` may be told again, `refused` would be refused again. */
export type SettlementReply =
  Exclude<SourceOutcome, { readonly type: 'fault' }> | { readonly type: 'failed'; readonly reason: string }

/** Tells a user's ledger what is known of one source, or to release it. */
export async function submitSource(
  ledgers: UserLedgers,
  userId: UserId,
  command: SettleSource | ReleaseSource,
  { commandId, ref, ...when }: Occasion,
): Promise<SettlementReply> {
  const submitted = await submit(ledgers, userId, {
    command,
    commandId: commandId ?? ref,
    cause: { kind: 'checkout', ref },
    ...when,
    idempotency:
      commandId === null ? null : { key: commandId, fingerprint: await sha256(orderedText(command)) },
    ifVersion: null,
    actor: `checkout:${command.source.provider}`,
    reason: null,
    requestId: ref,
  })
  if (submitted.type === 'unavailable' && submitted.isFull === true) {
    return { type: 'failed', reason: LEDGER_FULL }
  }
  if (submitted.type !== 'answered') return { type: 'failed', reason: submitted.type }
  // An object of version 4.0 says it in the answer alone; after one version this may go.
  const outcome = submitted.sourceOutcome ?? answerToSourceOutcome(submitted.answer)
  return outcome.type === 'fault' ? { type: 'failed', reason: 'internal_error' } : outcome
}
