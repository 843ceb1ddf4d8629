import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Hono } from 'hono'
import { renderToString } from 'react-dom/server'
import { PROJECT } from '../../../scripts/project.mjs'
import { accessRoute } from '../../../src/client/hono/hono.ts'
import { pageAccess } from '../../../src/client/client.ts'
import { fakeLedger } from '../../../src/client/testing/testing.ts'
import { page } from './page.mjs'

// The esbuild with which wrangler bundles.
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler'))('esbuild')

/** Who is signed in. */
const USER = 'u_42'

/** The page for the browser, with all that React says while an app is written. */
const { outputFiles } = await build({
  entryPoints: [path.join(PROJECT, 'tools/browser/react/hydrate.mjs')],
  bundle: true,
  format: 'iife',
  write: false,
  logLevel: 'silent',
  define: { 'process.env.NODE_ENV': '"development"' },
})
const [{ text: SCRIPT }] = outputFiles

/** An app of one page, whose ledger answers as it is told. */
export class Shop {
  ledger = fakeLedger({ [USER]: [], u_7: ['export-4k'] })
  /** How often its route was asked. */
  questions = 0
  /** What answers wait for. @type {Promise<void> | null} */
  held = null
  #release = () => {}
  #server

  /** From now on nothing is answered, until it is let go. */
  hold() {
    this.held = new Promise((resolve) => {
      this.#release = resolve
    })
  }

  letGo() {
    this.#release()
    this.held = null
  }

  /** The user gets the feature, as by a purchase whose events have come. */
  sell() {
    this.ledger.buy(USER, ['export-4k'], { provider: 'stripe', id: 'cs_1' })
  }

  async start() {
    const app = new Hono()
    app.use('/api/*', async (_, next) => {
      this.questions += 1
      await this.held
      await next()
    })
    app.route('/api/access', accessRoute({ ledger: this.ledger, user: () => USER }))
    app.get('/hydrate.js', (c) => c.body(SCRIPT, 200, { 'Content-Type': 'text/javascript' }))
    app.get('/', async (c) => c.html(await this.#html(c.req.query())))
    this.#server = createServer((request, response) => void answer(app, request, response))
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${this.#server.address().port}`
  }

  async stop() {
    this.letGo()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** `initial` renders what the ledger answers now, and `waits` is the page after a checkout. */
  async #html({ initial, waits }) {
    const list = initial && pageAccess(await this.ledger.user(USER).access({ all: true }))
    const props = { user: USER, initial: list || undefined, waits: waits === 'yes' }
    return `<!doctype html><link rel="icon" href="data:,"><div id="root">${renderToString(page(props))}</div>
<script id="page" type="application/json">${JSON.stringify(props)}</script>
<script src="/hydrate.js"></script>`
  }
}

async function answer(app, request, response) {
  const said = await app.fetch(new Request(`http://127.0.0.1${request.url}`))
  response.writeHead(said.status, Object.fromEntries(said.headers))
  response.end(Buffer.from(await said.arrayBuffer()))
}
