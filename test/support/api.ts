import { exports } from 'cloudflare:workers'
import { expectDocumented } from './documented.ts'
import { aToken } from './token.ts'

interface Asked {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** `null` sends none. */
  readonly token?: string | null
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into freely, and checked against the document
  readonly json: any
}

let everything: Promise<string> | null = null

/** Asks the Worker as a client would. Every answer is checked against the OpenAPI document. */
export async function ask(
  method: string,
  path: string,
  { body, headers = {}, token }: Asked = {},
): Promise<Answered> {
  everything ??= aToken()
  const bearer = token === undefined ? await everything : token
  const response = await exports.default.fetch(
    new Request(`https://ledger.test${path}`, {
      method,
      headers: {
        ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  )
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '')
  const answered = {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : null,
  }
  expectDocumented(method, path, answered)
  return answered
}

/** A key that no request has had. */
export function aKey(): Record<string, string> {
  return { 'Idempotency-Key': crypto.randomUUID() }
}

/** Makes sure that the catalog has a feature. */
export async function aFeature(type: 'boolean' | 'config' = 'boolean'): Promise<string> {
  const key = `feature-${crypto.randomUUID()}`
  await ask('PUT', `/v4/features/${key}`, { body: { type } })
  return key
}

/** Grants a feature, and answers what the API answered. */
export function grant(
  userId: string,
  body: Readonly<Record<string, unknown>>,
  headers: Record<string, string> = aKey(),
) {
  return ask('POST', `/v4/users/${userId}/entitlements`, { body, headers })
}
