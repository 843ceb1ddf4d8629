// How fast a keeper works through what is left to it, and how long grants take beside it: npm run bench:keeper
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT, giveUp } from '../../scripts/project.mjs'
import { bundled } from './bundles.mjs'
import { freePort } from './free-port.mjs'
import { OWN_SHOP_SECRET, map, purchase } from './own-shop.mjs'
import { grant, sent } from './requests.mjs'
import { migrate, startMiniflare } from './servers.mjs'
import { forEach, send } from './shop.mjs'
import { percentile } from './statistics.mjs'
import { TOKEN_SETTINGS, signTokens } from './tokens.mjs'
import { FEATURE } from './users.mjs'

/** How much is left to the keeper, and what the goals speak of. */
const SOURCES = Number(process.env.SOURCES ?? 5000)
const EVENTS = Number(process.env.EVENTS ?? 2000)
const GOAL_SOURCES = 25_000
const GOAL_EVENTS = 10_000

/** Grants that are under way at once, of so many users, for so long where nothing else is done. */
const GRANTS_AT_ONCE = 4
const USERS = 200
const QUIET_MS = 8000

const CONFIG = 'wrangler.toml'
const [token] = signTokens(1)
const folder = mkdtempSync(
  path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'entitlement-ledger-keeper-'),
)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

try {
  const bundle = await bundled(path.join(PROJECT, 'dist/bench-keeper'), 'src/worker.ts', CONFIG)
  const port = Number(process.env.PORT) || (await freePort())
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
  const worker = await miniflare.getWorker()
  const left = (sql) => async () => Number(await db.prepare(sql).first('count'))

  for (const feature of [FEATURE, 'more'])
    await send(port, sent('PUT', `/v4/features/${feature}`, { type: 'boolean' }))
  await map(port, 'known', [FEATURE])
  await forEach(namesOf('buyer', SOURCES), (name) => send(port, purchase(name, 'known')))
  await until(left("SELECT count(*) AS count FROM inbox WHERE state <> 'applied'"))
  await forEach(namesOf('grantee', USERS), (name) => send(port, grant(name, token)))

  const quiet = await grants(port, sleep(QUIET_MS))
  const changedAt = performance.now()
  await map(port, 'known', [FEATURE, 'more'])
  const followed = until(left('SELECT count(*) AS count FROM changed_references'), () =>
    worker.scheduled({ cron: '* * * * *' }),
  )
  const beside = await grants(port, followed)
  tell(
    'sources followed a product change, beside grants',
    SOURCES,
    GOAL_SOURCES,
    performance.now() - changedAt,
  )

  await forEach(namesOf('waiting', EVENTS), (name) => send(port, purchase(name, 'late')))
  await until(left("SELECT count(*) AS count FROM inbox WHERE state = 'received'"))
  const mappedAt = performance.now()
  await map(port, 'late', [FEATURE])
  await until(left("SELECT count(*) AS count FROM inbox WHERE state <> 'applied'"), () =>
    worker.scheduled({ cron: '* * * * *' }),
  )
  tell('newly mapped events were done', EVENTS, GOAL_EVENTS, performance.now() - mappedAt)
  await miniflare.dispose()

  const [quietP99, besideP99] = [quiet, beside].map((times) => percentile(times, 0.99))
  console.log(
    `A grant, ${GRANTS_AT_ONCE} at once: p99 ${quietP99.toFixed(1)} ms of ${quiet.length} alone, ` +
      `${besideP99.toFixed(1)} ms of ${beside.length} beside a running product change: ${(besideP99 / quietP99).toFixed(2)} times`,
  )
  process.exit()
} catch (error) {
  giveUp(error.stack)
}

function tell(what, count, goal, ms) {
  const rate = (count / ms) * 1000
  const minutes = goal / rate / 60
  console.log(
    `${count} ${what} in ${(ms / 1000).toFixed(1)} s, ${rate.toFixed(0)} a second: at that rate ${goal} take ${minutes.toFixed(1)} min`,
  )
}

function namesOf(kind, count) {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`)
}

/** Grants to one user after another until something else has ended. Answers how many milliseconds each took. */
async function grants(port, other) {
  const times = []
  const state = { isOver: false }
  let index = 0
  const goOn = async () => {
    while (!state.isOver) {
      index += 1
      const startedAt = performance.now()
      await send(port, grant(`grantee-${index % USERS}`, token))
      times.push(performance.now() - startedAt)
      await sleep(10)
    }
  }
  const all = Array.from({ length: GRANTS_AT_ONCE }, goOn)
  await other
  state.isOver = true
  await Promise.all(all)
  return times
}

/** Waits until nothing is left. `wake` is called as often as it is looked: where the keeper is at work that changes nothing. */
async function until(left, wake = async () => undefined) {
  while ((await left()) > 0) {
    await wake()
    await sleep(250)
  }
}
