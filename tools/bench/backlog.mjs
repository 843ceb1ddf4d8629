// How long a purchase takes while a thousand events of another price drain: npm run bench:backlog
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { PROJECT, giveUp } from '../../scripts/project.mjs'
import { bundled } from './bundles.mjs'
import { freePort } from './free-port.mjs'
import { check, sent } from './requests.mjs'
import { migrate, startMiniflare } from './servers.mjs'
import { forEach, send } from './shop.mjs'
import { median } from './statistics.mjs'
import { TOKEN_SETTINGS } from './tokens.mjs'
import { FEATURE } from './users.mjs'

const WAITING = 1000
const BOUGHT = 20

const SECRET = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64')}`
const CONFIG = 'wrangler.toml'
const EVERY_MINUTE = '* * * * *'

const folder = mkdtempSync(
  path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'entitlement-ledger-backlog-'),
)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

try {
  const bundle = await bundled(path.join(PROJECT, 'dist/bench-backlog'), 'src/worker.ts', CONFIG)
  const port = await freePort()
  const bindings = { ...TOKEN_SETTINGS, WEBHOOK_SECRETS_STANDARD_WEBHOOKS: SECRET }
  const miniflare = await startMiniflare({
    bundle,
    config: CONFIG,
    bindings,
    sockets: { default: port },
    folder,
  })
  const db = await miniflare.getD1Database('DB')
  await migrate(db)

  await send(port, sent('PUT', `/v4/features/${FEATURE}`, { type: 'boolean' }))
  await map(port, 'known')
  const names = Array.from({ length: WAITING }, (_, index) => `waiting-${index}`)
  await forEach(names, (name) => send(port, purchase(name, 'late')))
  const quiet = await buy(port, 'quiet', () => undefined)

  await map(port, 'late')
  const worker = await miniflare.getWorker()
  const busy = await buy(port, 'busy', () => worker.scheduled({ cron: EVERY_MINUTE }))
  const left = await db.prepare("SELECT count(*) AS left FROM inbox WHERE state <> 'applied'").first('left')
  await miniflare.dispose()

  const told = (times) => `${Math.round(median(times))} ms (longest ${Math.round(Math.max(...times))} ms)`
  console.log(`A purchase of another user, from its delivery until a check allows it, ${BOUGHT} of them:`)
  console.log(`  beside ${WAITING} events that wait for their price to be mapped: ${told(quiet)}`)
  console.log(
    `  while these drain, each as a sweep begins: ${told(busy)}; ${left} were left after the last of them`,
  )
  console.log(`  ${(median(busy) / median(quiet)).toFixed(1)} times as long`)
  process.exit()
} catch (error) {
  giveUp(error.stack)
}

function map(port, id) {
  const references = [{ provider: 'standard-webhooks', ref: id }]
  return send(
    port,
    sent('PUT', `/v4/products/${id}`, { name: id, features: [{ feature: FEATURE }], references }),
  )
}

/** One after another, each by a user of their own, as something else begins. Answers how many milliseconds each took. */
async function buy(port, name, meanwhile) {
  const times = []
  for (let index = 0; index < BOUGHT; index += 1) {
    const user = `${name}-${index}`
    const under = meanwhile()
    const startedAt = performance.now()
    await send(port, purchase(user, 'known'))
    while (!(await isAllowed(port, user))) await sleep(5)
    times.push(performance.now() - startedAt)
    await under
  }
  return times
}

async function isAllowed(port, user) {
  return JSON.parse((await send(port, check(user, '?consistency=strong'))).text).allowed
}

/** A delivery of a purchase that names its user, who is called as it is. */
function purchase(name, product) {
  const [id, at] = [`msg_${name}`, new Date()]
  const lines = [{ line_id: '1', product, quantity: 1 }]
  const data = { purchase_id: name, user_id: name, mode: 'test', lines }
  const body = JSON.stringify({ type: 'purchase.completed', timestamp: at.toISOString(), data })
  const headers = {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign(id, at, body),
  }
  return { method: 'POST', path: '/webhooks/standard-webhooks', headers, body }
}
