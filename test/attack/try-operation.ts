import { env } from 'cloudflare:workers'
import { type Answered, ask } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import type { DocumentedOperation } from './documented-operations.ts'
import { sampleOf } from './sample-of.ts'
import { used, watched, watchedBody } from './watched.ts'

type Of = Awaited<ReturnType<typeof anIsolate>>

/** An isolate for who may not come in: whatever is used there was used for somebody who may not. */
export function aWatchedIsolate(variables: object = {}) {
  return anIsolate({
    ...variables,
    DB: watched('DB', env.DB),
    KV: watched('KV', env.KV),
    USERS: watched('USERS', env.USERS),
    CHECK_LOG_SAMPLE: '0',
  })
}

/** Asks an operation what can be asked of a user, and says what the Worker used to answer it. `of`: else the Worker under test. */
export async function tryOperation(
  { method, path, parameters, body }: DocumentedOperation,
  { userId, token, of }: { userId: string; token: string; of?: Of | undefined },
) {
  const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? {}
    return encodeURIComponent(String(sampleOf(schema, { UserId: [userId] })))
  })
  const text = body === null ? undefined : watchedBody(JSON.stringify(sampleOf(body, { UserId: [userId] })))
  const headers = { 'X-Request-Id': 'req_tried', 'Idempotency-Key': crypto.randomUUID() }
  used.length = 0
  const answered = await ask(method, named, {
    token,
    body: text,
    headers,
    ...(of === undefined ? {} : { of }),
  })
  return { answered, used: [...used] }
}

export function cameIn({ status }: Answered): boolean {
  return status !== 401 && status !== 403
}
