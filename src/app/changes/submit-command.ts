import type { OperationId } from '../../contract/operations/operations.ts'
import type { PlanCommand } from '../../domain/purchases/plans/plan-command.ts'
import type { UsageCommand } from '../../domain/usage/usage-command.ts'
import type { HandCommand } from '../../domain/user/command.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import type { Json } from '../../domain/values/json.ts'
import { submit, type UserLedgers } from '../../ledger/ledger-client.ts'
import type { StoredAnswer } from '../../ledger/submission.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import { sha256 } from '../../platform/sha256.ts'
import { outcomeUnknown, ProblemError } from '../problems/problem-error.ts'

/** A command, and what a retry of its request has to repeat. */
export interface CommandRequest {
  readonly operation: OperationId
  readonly userId: UserId
  readonly command: HandCommand | PlanCommand | UsageCommand
  /** What of the user's it is done to, as far as the path or the key says. */
  readonly target: string | null
  /** All that was asked besides the user and the target, as the contract let it through. */
  readonly asked: Json
  readonly reason?: string | undefined
}

/** The circumstances of a command: who sends it through which door, and on what conditions. */
interface CommandContext {
  readonly door: 'api' | 'rpc'
  readonly requestId: string
  readonly actor: string
  readonly idempotencyKey: string | undefined
  /** The named entitlement (when creating: the user) must have no entry after this one. */
  readonly ifVersion: Seq | undefined
}

/**
 * Hands a command to the user's object and returns its answer. Keys and fingerprints do not tell the doors
 * apart: what was sent through one may be sent again through the other. Throws `overloaded`, `ledger_full`,
 * `ledger_unavailable` or `outcome_unknown`.
 */
export async function submitCommand(
  ledgers: UserLedgers,
  { operation, userId, command, target, asked, reason }: CommandRequest,
  { door, requestId, actor, idempotencyKey, ifVersion }: CommandContext,
): Promise<StoredAnswer> {
  const fingerprint = await sha256(canonicalJson([operation, target, asked]))
  const key = idempotencyKey === undefined ? null : `api:${idempotencyKey}`
  const submitted = await submit(ledgers, userId, {
    command,
    commandId: key ?? `request:${requestId}`,
    cause: { kind: door, ref: requestId },
    effectiveAt: null,
    idempotency: key === null ? null : { key, fingerprint },
    ifVersion: ifVersion ?? null,
    actor,
    reason: reason ?? null,
    requestId,
  })
  switch (submitted.type) {
    case 'answered':
      return submitted.answer
    case 'overloaded':
      throw new ProblemError('overloaded')
    case 'unavailable':
      throw new ProblemError(submitted.isFull === true ? 'ledger_full' : 'ledger_unavailable')
    case 'outcome_unknown':
      throw outcomeUnknown()
  }
}
