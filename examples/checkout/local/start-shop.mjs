import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'
import { signToken, webhookSecret } from '../../../scripts/local-key.mjs'
import { PROJECT } from '../../../scripts/project.mjs'
import { ended, startWrangler, stop } from '../../../scripts/wrangler.mjs'
import { freePort } from '../../../tools/bench/free-port.mjs'
import { startFreshLedger } from '../../../tools/fresh-ledger.mjs'
import { untilAnswers } from '../../../tools/until-answers.mjs'
import { putCatalog } from './put-catalog.mjs'
import { startStandIn } from './stand-in.mjs'

// The esbuild with which wrangler bundles.
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler'))('esbuild')

const FOLDER = path.join(PROJECT, 'examples/checkout')
const SCOPE = 'access:check usage:write entitlements:read'
const DAY_SECONDS = 86_400

/** Starts a ledger on an empty database, what stands for Stripe, and the shop on a port, and resolves once it answers. Events are told when `late()` resolves. */
export async function startShop({ port, late }) {
  const ledger = await startFreshLedger({ port: await freePort() })
  await putCatalog(ledger)
  const webhook = `${ledger.url}/webhooks/stripe`
  const standIn = await startStandIn({ webhook, secret: webhookSecret('stripe'), late })
  await bundlePage()
  const variables = {
    LEDGER_URL: ledger.url,
    LEDGER_TOKEN: signToken({ sub: 'checkout-example', scope: SCOPE, ttlSeconds: DAY_SECONDS }),
    SESSION_SECRET: randomBytes(32).toString('hex'),
    STRIPE_URL: standIn.url,
    STRIPE_KEY: 'sk_test_example',
  }
  const told = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  const at = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0']
  const quiet = ['--show-interactive-dev-session=false', '--log-level', 'error']
  const config = path.join(FOLDER, 'wrangler.toml')
  const app = startWrangler(['dev', '-c', config, ...at, ...quiet, ...told], ['ignore', 'ignore', 'inherit'])
  const url = `http://localhost:${port}`
  await untilAnswers(url, app)
  return {
    url,
    ledger,
    standIn,
    async stop() {
      stop(app)
      standIn.stop()
      await Promise.all([ended(app), ledger.stop()])
    },
  }
}

function bundlePage() {
  return build({
    absWorkingDir: FOLDER,
    entryPoints: ['src/page.tsx'],
    outfile: path.join(PROJECT, 'dist/checkout/page.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
}
