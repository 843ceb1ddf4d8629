import { type Answered, ask } from '../../support/api.ts'
import { expectOfProtocol } from './protocol.ts'

export interface Asking {
  readonly of?: (request: Request) => Promise<Response>
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** In the place of the context that names the user. */
  readonly body?: unknown
}

/** Evaluates a flag as a provider does. Every answer is held against the protocol. */
export async function evaluate(userId: string, key: string, asking: Asking = {}): Promise<Answered> {
  const path = `/ofrep/v1/evaluate/flags/${encodeURIComponent(key)}`
  const answered = await ask('POST', path, { body: { context: { targetingKey: userId } }, ...asking })
  expectOfProtocol('one', answered)
  return answered
}

/** The same of all flags at once. */
export async function evaluateAll(userId: string, asking: Asking = {}): Promise<Answered> {
  const body = { context: { targetingKey: userId } }
  const answered = await ask('POST', '/ofrep/v1/evaluate/flags', { body, ...asking })
  expectOfProtocol('all', answered)
  return answered
}

/** The same where the answer with a tag is held. */
export function evaluateSince(userId: string, tag: string, asking: Asking = {}): Promise<Answered> {
  return evaluateAll(userId, { ...asking, headers: { 'If-None-Match': tag } })
}
