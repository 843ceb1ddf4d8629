import type { CallInput, Door, Reply } from './door.ts'
import { LedgerError, errorOf, isProblem } from './ledger-error.ts'
import { type CallName, ROUTES } from './routes.ts'

export interface HttpOptions {
  /** Where the ledger is, such as `https://ledger.example.com`. */
  readonly url: string
  /**
   * A JWT of one caller, or what gives that caller’s newest one; it is asked before each request, and may keep one while it is
   * valid. Another caller has a ledger of its own.
   */
  readonly token: string | (() => string | Promise<string>)
  /** What asks in the place of the runtime’s own `fetch`. */
  readonly fetch?: typeof fetch
}

/** The ledger over HTTP. `tellToken` learns with which token is asked. */
export class HttpDoor implements Door {
  readonly #options: HttpOptions
  readonly #tellToken: (token: string) => void

  constructor(options: HttpOptions, tellToken: (token: string) => void) {
    this.#options = options
    this.#tellToken = tellToken
  }

  async call(name: CallName, asked: CallInput, signal: AbortSignal): Promise<Reply> {
    const { url, token, fetch: ask = fetch } = this.#options
    const bearer = typeof token === 'string' ? token : await tokenOf(token)
    this.#tellToken(bearer)
    const { path, ...init } = requestOf(name, asked)
    init.headers['Authorization'] = `Bearer ${bearer}`
    let response: Response
    let body: unknown
    try {
      response = await ask(url.replace(/\/$/, '') + path, { ...init, signal })
      // What is no JSON was not said by the ledger, but by something between.
      body = await response.json().catch(() => null)
    } catch (cause) {
      throw new LedgerError({ code: 'no_answer', cause })
    }
    const { status, headers, ok } = response
    if (ok && body !== null) return { body, at: Date.parse(headers.get('Date') ?? '') }
    if (isProblem(body)) throw errorOf(body, waitOf(headers.get('Retry-After')))
    throw new LedgerError({ code: 'no_answer', status })
  }
}

async function tokenOf(token: () => string | Promise<string>): Promise<string> {
  try {
    return await token()
  } catch (cause) {
    throw new LedgerError({ code: 'no_token', cause })
  }
}

function requestOf(name: CallName, asked: CallInput) {
  const { idempotencyKey, ifVersion, ...others } = asked
  const rest: Record<string, unknown> = others
  const [method = '', template = ''] = ROUTES[name].split(' ')
  const headers: Record<string, string> = {}
  if (typeof idempotencyKey === 'string') headers['Idempotency-Key'] = idempotencyKey
  if (typeof ifVersion === 'number') headers['If-Match'] = `"${ifVersion}"`
  const path = template.replaceAll(/\{(\w+)\}/g, (_, part: string) => {
    const { [part]: value } = rest
    delete rest[part]
    return encodeURIComponent(value as string)
  })
  if (method === 'GET') {
    const query = Object.entries(rest).flatMap(([key, value]) =>
      value === undefined ? [] : [value].flat().map((one) => [key, one]),
    )
    const text = new URLSearchParams(query as [string, string][]).toString()
    return { method, headers, path: text === '' ? path : `${path}?${text}`, body: null }
  }
  headers['Content-Type'] = 'application/json'
  return { method, headers, path, body: JSON.stringify(rest) }
}

/** RFC 9110, 10.2.3: seconds, or a date. In milliseconds; 0 for what is neither. */
function waitOf(text: string | null): number {
  const ms = /^\d+$/.test(text ?? '') ? Number(text) * 1000 : Date.parse(text ?? '') - Date.now()
  return ms > 0 ? ms : 0
}
