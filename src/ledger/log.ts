import { AsyncLocalStorage } from 'node:async_hooks'
import { DrizzleQueryError } from 'drizzle-orm/errors'

const requests = new AsyncLocalStorage<readonly string[]>()

/** Runs work on behalf of requests: every line that it logs bears their ids. */
export function logging<T>(requestIds: readonly string[], work: () => T): T {
  return requests.run(requestIds, work)
}

/** One structured line. `facts` must hold no token, secret, metadata or bare user id. */
export function log(
  level: 'info' | 'warn' | 'error',
  event: string,
  facts: Readonly<Record<string, unknown>>,
): void {
  const requestIds = requests.getStore()
  const onBehalf = requestIds === undefined ? {} : { requestId: requestIds.join(' ') }
  console[level](JSON.stringify({ level, event, ...onBehalf, ...facts }))
}

/** An error and what caused it, without its stack. */
export function errorText(error: unknown): string {
  // The message of Drizzle lists the parameters of the query, and so the ids of users.
  if (error instanceof DrizzleQueryError) return `Query failed: ${errorText(error.cause)}`
  if (!(error instanceof Error)) return String(error)
  const text = `${error.name}: ${error.message}`
  return error.cause === undefined ? text : `${text} (${errorText(error.cause)})`
}
