import { type CommandRequest, submitCommand } from '../../app/changes/submit-command.ts'
import type { HttpContext } from './context.ts'
import type { Services } from './services.ts'

/** The headers of a request that concern its change. */
interface ChangeHeaders {
  readonly 'idempotency-key'?: string | undefined
  readonly 'if-match'?: number | 'any' | undefined
}

/** Submits the command of a request, and returns the ledger's answer. */
export async function answerCommand(
  { ledgers }: Services,
  c: HttpContext,
  request: CommandRequest,
  headers: ChangeHeaders,
): Promise<Response> {
  const { 'if-match': version } = headers
  const answer = await submitCommand(ledgers, request, {
    door: 'api',
    requestId: c.get('requestId'),
    actor: c.get('caller').subject,
    idempotencyKey: headers['idempotency-key'],
    // What is changed has to be there, whichever version a change rests on.
    ifVersion: version === 'any' ? undefined : version,
  })
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}
