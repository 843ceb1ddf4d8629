import type * as z from 'zod'
import type { Caller } from '../app/caller.ts'
import { logCall } from '../app/log-call.ts'
import { ProblemError } from '../app/problems/problem-error.ts'
import { problemFor } from '../app/problems/problem-for.ts'
import { newRequestId } from '../app/request-id.ts'
import type { CallServices } from '../app/services.ts'
import type { Operation } from '../contract/operations/operation.ts'
import { type OperationId, OPERATIONS } from '../contract/operations/operations.ts'
import { problemOf } from '../contract/problems/problems.ts'
import type { UserId } from '../domain/values/ids.ts'
import { type Result, err, ok } from '../domain/values/result.ts'
import { logging } from '../platform/log.ts'
import { bindingOf } from './binding.ts'
import { EntitlementsError } from './entitlements-error.ts'
import { inputOf } from './input-of.ts'

/** A call as it comes. */
export interface IncomingCall<Schema extends z.ZodType> {
  /** The operation of the contract that does the same: it says which scope is needed. */
  readonly operation: OperationId
  readonly schema: Schema
  readonly asked: unknown
  /** Of the binding. */
  readonly props: unknown
  /** Or why there are none. */
  readonly services: CallServices | ProblemError
}

/** A call that was let through. */
export interface Call<Schema extends z.ZodType> {
  readonly input: z.output<Schema>
  readonly services: CallServices
  readonly requestId: string
  /** Who calls, by its binding. */
  readonly caller: Caller
}

/** What is answered, as far as the log wants to know. */
interface LoggedAnswer {
  readonly userId?: UserId
  /** Of a check, where it came from; of an entitlement, who gave it. */
  readonly source?: unknown
  readonly results?: unknown
  readonly items?: unknown
}

type CallWork<Schema extends z.ZodType, Answer> = (call: Call<Schema>) => Promise<Answer>

/** Carries out a call: who may, then what is let through, then the work. Throws nothing but `EntitlementsError`. */
export async function answerCall<Schema extends z.ZodType, Answer extends LoggedAnswer>(
  called: IncomingCall<Schema>,
  work: CallWork<Schema, Answer>,
): Promise<Answer> {
  const requestId = newRequestId()
  const { services, operation } = called
  if (services instanceof ProblemError) throw errorFor(services, operation, requestId)
  return logging([requestId], async () => {
    const startedAt = services.now()
    const result = await carryOut(called, services, requestId, work)
    if (!isCheck(operation) || services.isSampled()) {
      const { userId, source }: LoggedAnswer = result.ok ? result.value : {}
      const answered = {
        method: 'RPC',
        operation,
        status: result.ok ? 200 : result.error.status,
        durationMs: services.now() - startedAt,
        sources: typeof source === 'string' ? [source] : [],
        userId: userId ?? null,
      }
      await logCall(answered, services.hashUser)
    }
    if (!result.ok) throw result.error
    return result.value
  })
}

async function carryOut<Schema extends z.ZodType, Answer>(
  { operation, schema, asked, props }: IncomingCall<Schema>,
  services: CallServices,
  requestId: string,
  work: CallWork<Schema, Answer>,
): Promise<Result<Answer, EntitlementsError>> {
  try {
    const { caller, need } = bindingOf(props)
    const { who }: Operation = OPERATIONS[operation]
    if (who.type !== 'anyone') need(who.scope)
    return ok(await work({ input: inputOf(schema, asked), services, requestId, caller }))
  } catch (error) {
    return err(errorFor(error, operation, requestId))
  }
}

function errorFor(error: unknown, operation: OperationId, requestId: string): EntitlementsError {
  if (error instanceof EntitlementsError) return error
  const isRead = isCheck(operation) || OPERATIONS[operation].method === 'get'
  const { code, facts } = problemFor(error, { isRead })
  return new EntitlementsError(problemOf(code, requestId, facts))
}

function isCheck(operation: OperationId): boolean {
  return OPERATIONS[operation].tag === 'Checks'
}
