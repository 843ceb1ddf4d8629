import type * as z from 'zod'
import { type CommandRequest, submitCommand } from '../app/changes/submit-command.ts'
import type { Problem } from '../contract/problems/problems.ts'
import type { Seq } from '../domain/values/ids.ts'
import type { Call } from './answer-call.ts'
import { EntitlementsError } from './entitlements-error.ts'

/** Submits the command of a call, and returns the ledger's answer. A refusal that was recorded keeps the id of the request that met it first. */
export async function answerCommand<Answer>(
  { services, requestId, caller }: Pick<Call<z.ZodType>, 'services' | 'requestId' | 'caller'>,
  request: CommandRequest,
  { idempotencyKey, ifVersion }: { idempotencyKey: string | undefined; ifVersion?: Seq | undefined },
): Promise<Answer> {
  const circumstances = { door: 'rpc', requestId, actor: caller.subject, idempotencyKey, ifVersion } as const
  return bodyOf(await submitCommand(services.ledgers, request, circumstances)) as Answer
}

/** Returns what an answer says, and throws the problem that it is. */
export function bodyOf({ status, body }: Awaited<ReturnType<typeof submitCommand>>): unknown {
  if (status >= 400) throw new EntitlementsError(JSON.parse(body) as Problem)
  return JSON.parse(body) as unknown
}
