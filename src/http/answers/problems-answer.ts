import { problemsPage } from './docs-pages.ts'
import { requestIdOf } from './request-id.ts'

/** The page of problems where nothing else is served: what is wrong with a configuration is looked up there. `null` for any other page. */
export async function problemsAnswer(request: Request): Promise<Response | null> {
  if (new URL(request.url).pathname !== '/docs/problems' || request.method !== 'GET') return null
  return new Response(String(await problemsPage()), {
    headers: {
      'Content-Type': 'text/html; charset=UTF-8',
      'Content-Security-Policy':
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': requestIdOf(request),
    },
  })
}
