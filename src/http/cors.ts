import { requestIdOf } from './answers/request-id.ts'

/** How long a browser need not ask again; each has a bound of its own. */
const PREFLIGHT_SECONDS = 86_400

const REQUEST_HEADERS = 'Authorization, Content-Type, If-None-Match, X-Request-Id'
const EXPOSED_HEADERS = 'Date, ETag, Retry-After, X-Request-Id, Ledger-Head'

/** `/v4/…` and `/ofrep/v1/…` of a URL. What follows is not looked at: who may what is decided behind it. */
const OF_API = /^https?:\/\/[^/]+\/(v4|ofrep\/v1)\//
const CHECKS = /^https?:\/\/[^/]+\/(v4\/checks$|v4\/users\/[^/]+\/passports$|ofrep\/v1\/evaluate\/flags)/

/**
 * Lets pages of the listed origins ask with their user's token (https://fetch.spec.whatwg.org/#http-cors-protocol): read, and
 * check many at once, also as flags, and ask for a passport. What changes something is for servers. A token is in a header, so no cookie has to be let through.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
  }

  /** The answer to a browser that asks whether it may ask; `null` where it is none, or may not. */
  preflight(request: Request): Response | null {
    if (request.method !== 'OPTIONS') return null
    const { headers, url } = request
    const origin = this.#listed(request)
    const method = headers.get('Access-Control-Request-Method') ?? ''
    if (origin === null || !isForPages(method, url)) return null
    return new Response(null, {
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Methods': CHECKS.test(url) ? 'POST' : 'GET, HEAD',
        'Access-Control-Allow-Headers': REQUEST_HEADERS,
        'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
        Vary: 'Origin',
        'X-Request-Id': requestIdOf(request),
      },
    })
  }

  /** The answer as a page may read it. It differs by origin, which caches have to know, also of those that told none. */
  shown(answer: Response, request: Request): Response {
    if (!OF_API.test(request.url)) return answer
    const shown = new Response(answer.body, answer)
    shown.headers.append('Vary', 'Origin')
    const origin = this.#listed(request)
    if (origin === null || !isForPages(request.method, request.url)) return shown
    shown.headers.set('Access-Control-Allow-Origin', origin)
    shown.headers.set('Access-Control-Expose-Headers', EXPOSED_HEADERS)
    return shown
  }

  #listed({ headers }: Request): string | null {
    const origin = headers.get('Origin')
    return origin !== null && this.#origins.has(origin) ? origin : null
  }
}

function isForPages(method: string, url: string): boolean {
  return method === 'GET' || method === 'HEAD' ? OF_API.test(url) : method === 'POST' && CHECKS.test(url)
}
