import { errorOf } from '../ledger-error.ts'
import type { PageAccess } from '../page-access.ts'
import type { PurchaseAnswer } from '../wire.ts'
import type { AccessSource } from './access-source.ts'

/** The app’s own route, as `accessRoute` of `entitlement-ledger/hono` answers it: who is meant, the session says. */
export function routeSource(url: string, ask: typeof fetch = (...asked) => fetch(...asked)): AccessSource {
  const read = async <Answer>(path: string, query: object, signal: AbortSignal): Promise<Answer> => {
    const text = new URLSearchParams(query as Record<string, string>).toString()
    const response = await ask(`${url}${path}?${text}`, { cache: 'no-store', signal })
    const body: unknown = await response.json().catch(() => null)
    if (response.ok && body !== null) return body as Answer
    const { status, headers } = response
    // The app's own route says seconds; a date is of something between.
    const retryAfterMs = Number(headers.get('Retry-After')) * 1000 || 0
    throw errorOf(body, { status, retryAfterMs })
  }
  return {
    access: ({ signal, ...query }) => read<PageAccess>('', query, signal),
    purchase: ({ provider, id, account = '' }, { signal }) =>
      read<PurchaseAnswer>(`/purchases/${provider}/${encodeURIComponent(id)}`, { account }, signal),
  }
}
