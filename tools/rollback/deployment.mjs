import { createRequire } from 'node:module'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { senders } from '../../test/checkout/signatures/senders.ts'
import { signTokens, TOKEN_SETTINGS } from '../bench/tokens.mjs'

const require = createRequire(import.meta.url)
const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = require('wrangler')
const { Miniflare, convertV4MiniflareOptions } = createRequire(require.resolve('wrangler'))('miniflare')

const WORKER = path.join(PROJECT, 'tools/rollback/worker')
const SCOPES =
  'access:check entitlements:read entitlements:write usage:write ledger:read catalog:read catalog:write inbox:manage'

const SECRETS = Object.fromEntries(
  senders.map(({ provider, secret }) => [
    `WEBHOOK_SECRETS_${provider.toUpperCase().replaceAll('-', '_')}`,
    secret,
  ]),
)

/**
 * A bundle on workerd, with what it stores in `folder`: several deployments of one folder, one after another, are what a
 * deployment and a way back are. All providers sign with the secrets of the tests.
 */
export async function startDeployment({ code, folder, config = path.join(PROJECT, 'wrangler.toml') }) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  const { modulesRules: _rules, assets: _assets, cronTriggers: _crons, ...options } = workerOptions
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      rootPath: WORKER,
      modules: [
        ...['entry', 'clock', 'runtime'].map((name) => ({
          type: 'ESModule',
          path: path.join(WORKER, `${name}.js`),
        })),
        {
          type: 'ESModule',
          path: path.join(WORKER, 'bundle.js'),
          contents: code.replaceAll('"cloudflare:workers"', '"./runtime.js"'),
        },
      ],
      // What .dev.vars tells the server of this machine is not of a deployment.
      bindings: { ...unstable_readConfig({ config }).vars, ...TOKEN_SETTINGS, ...SECRETS },
      resourcePersistencePath: folder,
      cf: false,
      logRequests: false,
      handleStructuredLogs: () => undefined,
    }),
  )
  await miniflare.ready
  const db = await miniflare.getD1Database('DB')

  async function fetched(pathname, init, at, fault) {
    const headers = { ...init.headers, 'x-clock': String(at), ...(fault === '' ? {} : { 'x-fault': fault }) }
    const response = await miniflare.dispatchFetch(`https://ledger.test${pathname}`, { ...init, headers })
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
  }

  return {
    db,
    stop: () => miniflare.dispose(),
    /** Asks as somebody who may do everything, at a moment. */
    ask(method, pathname, { at, body, headers = {}, fault = '' }) {
      const [token] = signTokens(1, SCOPES, at)
      const all = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers }
      const text = body === undefined ? {} : { body: JSON.stringify(body) }
      return fetched(pathname, { method, headers: all, ...text }, at, fault)
    },
    /** Delivers an event as its provider would, and answers once it is processed. */
    async deliver(provider, { body, headers: told = {} }, { at, fault = '' }) {
      const sender = senders.find((one) => one.provider === provider)
      const bytes = new TextEncoder().encode(JSON.stringify(body))
      const id = told['webhook-id'] ?? 'msg_1'
      const signed = Object.fromEntries(await sender.sign(bytes, { at, id }))
      const headers = { ...told, ...signed, 'Content-Type': 'application/json' }
      return fetched(`/webhooks/${provider}`, { method: 'POST', headers, body: bytes }, at, fault)
    },
    /** What the clock starts once a minute, or once an hour. */
    sweep: (at, { cron = '* * * * *', fault = '' } = {}) =>
      fetched('/clock/sweep', { method: 'POST', headers: { 'x-cron': cron } }, at, fault),
  }
}
