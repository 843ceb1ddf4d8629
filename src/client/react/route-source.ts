import { errorOf } from '../ledger-error.ts'
import type { PageAccess } from '../page-access.ts'
import type { PurchaseAnswer } from '../wire.ts'
import type { AccessSource } from './access-source.ts'

/** The app’s own route, as `accessRoute` of `entitlement-ledger/hono` answers it: who is meant, the session says. */
export function routeSource(url: string, ask: typeof fetch = (...asked) => fetch(...asked)): AccessSource {
  const read = async <Answer>(path: string, query: object, signal: AbortSignal): Promise<Answer> => {
    const told = Object.entries(query).map(([key, value]) => [key, String(value)])
    const text = new URLSearchParams(told).toString()
    const response = await ask(`${url}${path}${text && '?'}${text}`, { cache: 'no-store', signal })
    const body: unknown = await response.json().catch(() => null)
    if (response.ok && body !== null) return body as Answer
    const retryAfterMs = Number(response.headers.get('Retry-After')) * 1000
    throw errorOf(body, { status: response.status, retryAfterMs })
  }
  return {
    access: ({ all: _all, signal, ...query }) => read<PageAccess>('', query, signal),
    purchase: ({ provider, id, ...query }, { signal }) =>
      read<PurchaseAnswer>(`/purchases/${provider}/${encodeURIComponent(id)}`, query, signal),
  }
}
