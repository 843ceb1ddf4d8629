import { exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import { aToken } from './token.ts'

interface Asked {
  /** Texts, bytes and streams are sent as they are, all else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** `null` sends none. */
  readonly token?: string | null
  /** Who answers, when it is not the Worker that all tests of the file share. */
  readonly of?: (request: Request) => Promise<Response>
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into freely, and checked against the document
  readonly json: any
}

/** What it is sent with where nothing else is said; made anew before it expires, as tests let hours pass. */
let everything: { readonly token: Promise<string>; readonly madeAt: number } | null = null

function tokenForEverything(): Promise<string> {
  const now = Date.now()
  if (everything === null || Math.abs(now - everything.madeAt) > 1_800_000) {
    everything = { token: aToken(), madeAt: now }
  }
  return everything.token
}

/** Asks the Worker as a client would. Every answer is checked against the OpenAPI document. */
export async function ask(
  method: string,
  path: string,
  { body, headers = {}, token, of = (request) => exports.default.fetch(request) }: Asked = {},
): Promise<Answered> {
  const bearer = token === undefined ? await tokenForEverything() : token
  const request = new Request(`https://ledger.test${path}`, {
    method,
    headers: {
      ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
  })
  const { pathname } = new URL(request.url)
  const response = await of(request)
  const text = await response.text()
  const isJson = text !== '' && /json/.test(response.headers.get('Content-Type') ?? '')
  const answered = {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : null,
  }
  expectDocumented(method, pathname, answered)
  return answered
}

function isRaw(body: unknown): body is string | Uint8Array | ReadableStream {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
}

/** A key that no request has had. */
export function aKey(): Record<string, string> {
  return { 'Idempotency-Key': crypto.randomUUID() }
}

/** Makes sure that the catalog has a feature. */
export async function aFeature(
  type: 'boolean' | 'config' | 'metered' = 'boolean',
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const key = `feature-${crypto.randomUUID()}`
  await ask('PUT', `/v4/features/${key}`, { body: { type, ...more } })
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

/** Checks a feature at the user's object, which knows every change that was answered. */
export async function strongCheck(userId: string, feature: string) {
  const { json } = await ask('GET', `/v4/users/${userId}/access/${feature}?consistency=strong`)
  return json
}

/** Where the entitlement is that was answered. */
export function pathOf({ json }: Answered): string {
  return `/v4/users/${json.userId}/entitlements/${json.id}`
}

/** All pages of a listing, one after another. `between` runs before each but the first. */
export async function pages(
  path: string,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly Answered[]> {
  const all = [await ask('GET', path)]
  for (let cursor = all[0]?.json.nextCursor; cursor !== null; cursor = all.at(-1)?.json.nextCursor) {
    await between()
    all.push(await ask('GET', `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`))
    expect(all.at(-1)?.status).toBe(200)
  }
  return all
}
