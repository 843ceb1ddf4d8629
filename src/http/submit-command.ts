import type { HandCommand } from '../domain/command.ts'
import type { Json } from '../domain/json.ts'
import { canonicalJson } from '../ledger/canonical-json.ts'
import { submit } from '../ledger/ledger-client.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { Submitted } from '../ledger/submission.ts'
import type { HttpContext } from './context.ts'
import { HttpProblem, outcomeUnknown } from './http-problem.ts'
import type { Services } from './services.ts'

/** A command and what its request says besides. */
export interface CommandRequest {
  readonly userId: string
  readonly command: HandCommand
  readonly headers: {
    readonly 'idempotency-key'?: string | undefined
    readonly 'if-match'?: number | undefined
  }
  /** All of the request that a retry has to repeat. */
  readonly asked: Json
  readonly reason?: string | undefined
}

/** Hands a command to the user's object and answers what that answers. */
export async function submitCommand(
  { ledgers }: Services,
  c: HttpContext,
  { userId, command, headers, asked, reason }: CommandRequest,
): Promise<Response> {
  const requestId = c.get('requestId')
  const key = headers['idempotency-key']
  const fingerprint = await sha256(canonicalJson([c.get('operation'), command.entitlementId, asked]))
  const submitted = await submit(ledgers, userId, {
    command,
    commandId: key === undefined ? `request:${requestId}` : `api:${key}`,
    cause: { kind: 'api', ref: requestId },
    effectiveAt: null,
    idempotency: key === undefined ? null : { key: `api:${key}`, fingerprint },
    ifVersion: headers['if-match'] ?? null,
    actor: c.get('caller').subject,
    reason: reason ?? null,
    requestId,
  })
  return toResponse(submitted)
}

function toResponse(submitted: Submitted): Response {
  switch (submitted.type) {
    case 'answered': {
      const { status, headers, body } = submitted.answer
      return new Response(body, { status, headers })
    }
    case 'overloaded':
      throw new HttpProblem('overloaded')
    case 'unavailable':
      throw new HttpProblem('ledger_unavailable')
    case 'outcome_unknown':
      throw outcomeUnknown()
  }
}
