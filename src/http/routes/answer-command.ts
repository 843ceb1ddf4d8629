import { type CommandRequest, submitCommand } from '../../app/changes/submit-command.ts'
import type { HttpContext } from './context.ts'
import type { Services } from './services.ts'

/** The headers of a request that concern its change. */
interface ChangeHeaders {
  readonly 'idempotency-key'?: string | undefined
  readonly 'if-match'?: number | undefined
}

/** Submits the command of a request, and returns the ledger's answer. */
export async function answerCommand(
  { ledgers }: Services,
  c: HttpContext,
  request: CommandRequest,
  headers: ChangeHeaders,
): Promise<Response> {
  const answer = await submitCommand(ledgers, request, {
    door: 'api',
    requestId: c.get('requestId'),
    actor: c.get('caller').subject,
    idempotencyKey: headers['idempotency-key'],
    ifVersion: headers['if-match'],
  })
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}
