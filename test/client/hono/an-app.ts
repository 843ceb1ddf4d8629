import { Hono } from 'hono'
import { accessRoute } from '../../../src/client/hono/access-route.ts'
import { requireAccess } from '../../../src/client/hono/require-access.ts'
import { routeSource } from '../../../src/client/react/route-source.ts'
import type { FakeLedger } from '../../../src/client/testing/fake-ledger.ts'

/** An app whose session is a header. */
export function anApp(ledger: FakeLedger) {
  const who = {
    ledger: () => ledger,
    user: (c: { readonly req: { header: (name: string) => string | undefined } }) => c.req.header('session'),
  }
  const app = new Hono()
  app.get('/export', requireAccess('export-4k', who), (c) => c.text('here it is'))
  app.get('/renders', requireAccess('renders', who, { amount: 4 }), (c) => c.text('four of them'))
  app.route('/api/access', accessRoute(who))
  app.onError(() => new Response('broken', { status: 500 }))

  const as = (user: string) => (path: string) => app.request(path, { headers: { session: user } })
  /** What a page of that user asks. */
  const source = (user: string) =>
    routeSource('/api/access', async (input, init) => {
      return app.request(input, { ...(init as RequestInit), headers: { session: user } })
    })
  return { app, as, source }
}
