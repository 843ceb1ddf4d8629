import { type Ledger, LedgerError, createLedger, createMemory } from 'entitlement-ledger/client'
import { type WhoAsks, accessRoute, requireAccess } from 'entitlement-ledger/hono'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { type Env, signIn, userOf } from './session.ts'
import { cancel, checkoutUrl, upgrade } from './stripe.ts'

type App = { Bindings: Env }

let ledger: Ledger | null = null

/** One for all requests, so that its memory serves them all. */
function ledgerOf({ LEDGER_URL, LEDGER_TOKEN }: Env): Ledger {
  ledger ??= createLedger({ url: LEDGER_URL, token: LEDGER_TOKEN, memory: createMemory() })
  return ledger
}

const who: WhoAsks<App> = { ledger: (c) => ledgerOf(c.env), user: userOf }

const app = new Hono<App>()

app.get('/', async (c) => {
  const user = (await userOf(c)) ?? (await signIn(c))
  c.header('Cache-Control', 'private, no-store')
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <title>A shop</title
        ><link rel="icon" href="data:," />
        <body>
          <div id="root" data-user="${user}"></div>
          <script type="module" src="/page.js"></script>
        </body>
      </html>`,
  )
})

app.route('/api/access', accessRoute(who))

app.post('/api/export', requireAccess('export-4k', who), (c) => c.text('exported in 4K'))

app.post('/api/render', requireAccess('studio', who), async (c) => {
  const user = ledgerOf(c.env).user((await userOf(c)) ?? '')
  // The page names the render, so that a click that is sent again spends once: whoever sends a name again gets what was made under
  // it, and nothing new. The shop's own keys are others.
  const named = c.req.header('Idempotency-Key')
  const idempotencyKey = named && `render-${named}`
  try {
    const { version, balance } = await user.consume({ feature: 'renders', amount: 1 }, { idempotencyKey })
    return c.json({ version, remaining: balance?.remaining })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    if (error.code === 'insufficient_balance') return c.json({ code: error.code }, 409)
    return c.json({ code: 'try_again' }, 503)
  }
})

app.post('/buy', async (c) => {
  const user = await userOf(c)
  if (user === null) return c.redirect('/', 303)
  return c.redirect(await checkoutUrl(c.env, user, 'price_lite', new URL(c.req.url).origin), 303)
})

app.post('/upgrade', async (c) => {
  const subscription = await subscriptionOf(c.env, await userOf(c))
  if (subscription === null) return c.redirect('/', 303)
  await upgrade(c.env, subscription, 'price_max')
  return c.redirect(`/?upgraded=${subscription}`, 303)
})

app.post('/cancel', async (c) => {
  const subscription = await subscriptionOf(c.env, await userOf(c))
  if (subscription !== null) await cancel(c.env, subscription)
  return c.redirect('/', 303)
})

/** The subscription that gives the user something: the ledger knows it, so that the shop needs no table of its own. */
async function subscriptionOf(env: Env, user: string | null): Promise<string | null> {
  if (user === null) return null
  for await (const { source } of ledgerOf(env)
    .user(user)
    .entitlements({ provider: 'stripe', state: 'active' })) {
    const [id] = /sub_\w+/.exec(source.ref ?? '') ?? []
    if (id !== undefined) return id
  }
  return null
}

export default app
