// How long a purchase takes while a thousand events of another price drain: npm run bench:backlog
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT, giveUp } from '../../scripts/project.mjs'
import { bundled } from './bundles.mjs'
import { freePort } from './free-port.mjs'
import { OWN_SHOP_SECRET, map, purchase } from './own-shop.mjs'
import { check, sent } from './requests.mjs'
import { migrate, startMiniflare } from './servers.mjs'
import { forEach, send } from './shop.mjs'
import { median } from './statistics.mjs'
import { TOKEN_SETTINGS } from './tokens.mjs'
import { FEATURE } from './users.mjs'

const WAITING = 1000
const BOUGHT = 20

const CONFIG = 'wrangler.toml'
const EVERY_MINUTE = '* * * * *'

const folder = mkdtempSync(
  path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'entitlement-ledger-backlog-'),
)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

try {
  const bundle = await bundled(path.join(PROJECT, 'dist/bench-backlog'), 'src/worker.ts', CONFIG)
  const port = await freePort()
  const bindings = { ...TOKEN_SETTINGS, WEBHOOK_SECRETS_STANDARD_WEBHOOKS: OWN_SHOP_SECRET }
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
  await map(port, 'known', [FEATURE])
  const names = Array.from({ length: WAITING }, (_, index) => `waiting-${index}`)
  await forEach(names, (name) => send(port, purchase(name, 'late')))
  const quiet = await buy(port, 'quiet', () => undefined)

  await map(port, 'late', [FEATURE])
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
