import type { OperationId } from '../../contract/operations/operations.ts'
import type { PlanCommand } from '../../domain/purchases/plans/plan-command.ts'
import type { UsageCommand } from '../../domain/usage/usage-command.ts'
import type { HandCommand } from '../../domain/user/command.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import type { Json } from '../../domain/values/json.ts'
import { submit, type UserLedgers } from '../../ledger/ledger-client.ts'
import type { AnsweredReply, StoredAnswer, Submission } from '../../ledger/submission.ts'
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
export interface CommandContext {
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
  request: CommandRequest,
  context: CommandContext,
): Promise<StoredAnswer> {
  const { idempotencyKey } = context
  const fingerprint = await fingerprintOf(request)
  const idempotency = idempotencyKey === undefined ? null : { key: callersKey(idempotencyKey), fingerprint }
  const { answer } = await submitUnder(idempotency, ledgers, request, context)
  return answer
}

/** Under which key the ledger of a user keeps what a caller sent with one. */
export function callersKey(idempotencyKey: string): string {
  return `api:${idempotencyKey}`
}

/** What a retry has to repeat. */
export function fingerprintOf({
  operation,
  target,
  asked,
}: Pick<CommandRequest, 'operation' | 'target' | 'asked'>): Promise<string> {
  return sha256(canonicalJson([operation, target, asked]))
}

/** Hands a command to the user's object under a key of the ledger, `null` for none. Throws as `submitCommand` does. */
export async function submitUnder(
  idempotency: Submission['idempotency'],
  ledgers: UserLedgers,
  { userId, command, reason }: Pick<CommandRequest, 'userId' | 'command' | 'reason'>,
  { door, requestId, actor, ifVersion }: Omit<CommandContext, 'idempotencyKey'>,
  ofSeveral: Pick<Submission, 'mayPassOn'> = {},
): Promise<AnsweredReply> {
  const submitted = await submit(ledgers, userId, {
    command,
    commandId: idempotency?.key ?? `request:${requestId}`,
    cause: { kind: door, ref: requestId },
    effectiveAt: null,
    idempotency,
    ifVersion: ifVersion ?? null,
    actor,
    reason: reason ?? null,
    requestId,
    ...ofSeveral,
  })
  switch (submitted.type) {
    case 'answered':
      return submitted
    case 'overloaded':
      throw new ProblemError('overloaded')
    case 'unavailable':
      throw new ProblemError(submitted.isFull === true ? 'ledger_full' : 'ledger_unavailable')
    case 'outcome_unknown':
      throw outcomeUnknown()
  }
}
