import type { CallInput, Door, Reply } from './door.ts'
import { LedgerError, errorOf } from './ledger-error.ts'
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
  readonly fetch?: typeof fetch | undefined
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
    const { path, ...init } = requestOf(name, asked)
    const bearer = typeof token === 'string' ? token : await tokenOf(token)
    this.#tellToken(bearer)
    init.headers['Authorization'] = `Bearer ${bearer}`
    // Whoever follows to another address asks there by GET, whatever was to be changed.
    const response = await ask(url.replace(/\/$/, '') + path, { ...init, signal, redirect: 'manual' })
    // What is no JSON was not said by the ledger, but by something between.
    const body: unknown = await response.json().catch(() => null)
    const { status, headers, ok } = response
    if (ok && body !== null) return { body, at: Date.parse(headers.get('Date') as string) }
    throw errorOf(body, { status, retryAfterMs: waitOf(headers.get('Retry-After')) })
  }
}

async function tokenOf(token: () => string | Promise<string>): Promise<string> {
  try {
    return await token()
  } catch (cause) {
    throw new LedgerError({ code: 'no_token', cause })
  }
}

/** Throws `malformed_request`, as the ledger would, where no line carries what is asked as it is meant. */
function requestOf(name: CallName, asked: CallInput) {
  const { idempotencyKey, ifVersion, ...others } = asked
  const rest: Record<string, unknown> = others
  const [method, template] = ROUTES[name].split(' ') as [string, string]
  const headers: Record<string, string> = {}
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = carried(idempotencyKey, /[^ -~]/)
  if (ifVersion !== undefined) headers['If-Match'] = `"${ifVersion as number}"`
  const path = template.replaceAll(/\{(\w+)\}/g, (_, part: string) => {
    const { [part]: value } = rest
    delete rest[part]
    // An address drops empty steps and those of dots: what is left asks about somebody else.
    return encodeURIComponent(carried(value, /^\.{0,2}$/))
  })
  if (method === 'GET') return { method, headers, path: path + queryOf(rest) }
  headers['Content-Type'] = 'application/json'
  return { method, headers, path, body: JSON.stringify(rest) }
}

function carried(text: unknown, wrong: RegExp): string {
  if (typeof text === 'string' && !wrong.test(text)) return text
  throw new LedgerError({ code: 'malformed_request', status: 400 })
}

/** A list stands as its members, each under the same name. */
function queryOf(asked: CallInput): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    for (const one of [value ?? []].flat()) query.append(name, one as string)
  }
  const text = query.toString()
  return text && `?${text}`
}

/** RFC 9110, 10.2.3: seconds, or a date. In milliseconds; 0 for what is neither. */
function waitOf(text: string | null): number {
  const ms = Number(text) * 1000 || Date.parse(text as string) - Date.now()
  return ms > 0 ? ms : 0
}
