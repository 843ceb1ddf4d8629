import { DrizzleQueryError } from 'drizzle-orm/errors'
import { AsyncLocalStorage } from 'node:async_hooks'

const requests = new AsyncLocalStorage<readonly string[]>()

export type Level = 'info' | 'warn' | 'error'

/** How long a text in a line may be: a path or an error may be as long as somebody likes. */
const TEXT_LENGTH_MAX = 500

/** Runs work on behalf of requests: every line that it logs bears their ids, behind those on whose behalf it is called. */
export function logging<T>(requestIds: readonly string[], work: () => T): T {
  return requests.run([...(requests.getStore() ?? []), ...requestIds], work)
}

/** One structured line, of bounded length. `facts` must hold no token, secret, metadata or bare user id. */
export function log(level: Level, event: string, facts: Readonly<Record<string, unknown>>): void {
  const requestIds = requests.getStore()
  const onBehalf = requestIds === undefined ? {} : { requestId: requestIds.join(' ') }
  console[level](JSON.stringify({ level, event, ...onBehalf, ...facts }, bounded))
}

/** The ids of requests are whole: those of a group of commands are fifty at most, each of 128 characters. */
function bounded(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= TEXT_LENGTH_MAX || name === 'requestId') return value
  return `${value.slice(0, TEXT_LENGTH_MAX)}…`
}

/** An error and what caused it, without its stack. */
export function errorText(error: unknown): string {
  // The message of Drizzle lists the parameters of the query, and so the ids of users.
  if (error instanceof DrizzleQueryError) return `Query failed: ${errorText(error.cause)}`
  if (!(error instanceof Error)) return String(error)
  const text = `${error.name}: ${error.message}`
  return error.cause === undefined ? text : `${text} (${errorText(error.cause)})`
}
