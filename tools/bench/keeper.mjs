// How fast a keeper works through what is left to it, and how long grants take beside it: npm run bench:keeper
// The goals whole: SOURCES=25000 EVENTS=10000 npm run bench:keeper; with GRANTS=4 beside more users
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT, giveUp } from '../../scripts/project.mjs'
import { bundled } from './bundles.mjs'
import { freePort } from './free-port.mjs'
import { heldChange } from './held-change.mjs'
import { OWN_SHOP_SECRET, map, purchase } from './own-shop.mjs'
import { grant, sent } from './requests.mjs'
import { migrate, startMiniflare } from './servers.mjs'
import { forEach, send } from './shop.mjs'
import { percentile } from './statistics.mjs'
import { TOKEN_SETTINGS, signTokens } from './tokens.mjs'
import { FEATURE } from './users.mjs'

/** How much is left to the keeper, and what the goals speak of. */
const SOURCES = Number(process.env.SOURCES ?? 2000)
const EVENTS = Number(process.env.EVENTS ?? 500)
const GOAL_SOURCES = 25_000
const GOAL_EVENTS = 10_000

/**
 * Grants that are under way at once, of so many users. Four take all that the one thread of this workerd has, and so tell how it
 * is where a database is at its limit anyhow.
 */
const GRANTS_AT_ONCE = Number(process.env.GRANTS ?? 1)
const USERS = 200

/**
 * The change is held and goes on by turns, so many times each and for so long: what else the machine does meanwhile is in both
 * alike.
 */
const TURNS = Number(process.env.TURNS ?? 10)
const TURN_MS = 3000
const BEFORE_MS = 500

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
  const wake = () => worker.scheduled({ cron: '* * * * *' })
  const left = (sql) => async () => Number(await db.prepare(sql).first('count'))
  const unsettled = left("SELECT count(*) AS count FROM inbox WHERE state <> 'applied'")

  for (const feature of [FEATURE, 'more'])
    await send(port, sent('PUT', `/v4/features/${feature}`, { type: 'boolean' }))
  await map(port, 'known', [FEATURE])
  await fill('purchases', SOURCES, (name) => send(port, purchase(name, 'known')))
  await until('purchases to be applied', unsettled)
  await forEach(namesOf('grantee', USERS), (name) => send(port, grant(name, token)))

  await map(port, 'known', [FEATURE, 'more'])
  const change = heldChange(db, wake)
  const [alone, beside] = [[], []]
  let followingMs = 0
  for (let turn = 0; turn < TURNS; turn += 1) {
    // The grants that are made meanwhile do not count: after a silence the first are slow, whoever is at work.
    await grants(port, change.hold())
    alone.push(await grants(port, sleep(TURN_MS)))
    const goesOnAt = performance.now()
    await grants(
      port,
      change.goOn().then(() => sleep(BEFORE_MS)),
    )
    beside.push(await grants(port, sleep(TURN_MS)))
    followingMs += performance.now() - goesOnAt
    if ((await change.left()) === 0) giveUp(`${SOURCES} sources are too few for ${TURNS} turns: fewer TURNS`)
  }
  const goesOnAt = performance.now()
  await grants(port, until('sources to follow', change.left, wake))
  followingMs += performance.now() - goesOnAt
  tell('sources followed a product change, beside grants', SOURCES, GOAL_SOURCES, followingMs)
  tellOfGrants(alone, beside)

  await fill('waiting', EVENTS, (name) => send(port, purchase(name, 'late')))
  await until('events to wait', left("SELECT count(*) AS count FROM inbox WHERE state = 'received'"))
  const mappedAt = performance.now()
  await map(port, 'late', [FEATURE])
  await until('events to be done', unsettled, wake)
  tell('newly mapped events were done', EVENTS, GOAL_EVENTS, performance.now() - mappedAt)
  await miniflare.dispose()
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

function tellOfGrants(alone, beside) {
  console.log(`A grant, ${GRANTS_AT_ONCE} at once, ${TURNS} turns of ${TURN_MS / 1000} s each by turns:`)
  const [quiet, busy] = [alone.flat(), beside.flat()]
  for (const [name, share] of Object.entries({ median: 0.5, p99: 0.99 })) {
    const [quietMs, busyMs] = [quiet, busy].map((times) => percentile(times, share))
    const ratios = alone.map((times, turn) => percentile(beside[turn], share) / percentile(times, share))
    console.log(
      `  ${name}: ${quietMs.toFixed(1)} ms of ${quiet.length} alone, ${busyMs.toFixed(1)} ms of ${busy.length} beside a running ` +
        `product change: ${(busyMs / quietMs).toFixed(2)} times (in each turn ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
    )
  }
}

async function fill(kind, count, work) {
  let done = 0
  await forEach(namesOf(kind, count), async (name) => {
    await work(name)
    done += 1
    if (done % 1000 === 0) progress(`${done} of ${count} ${kind} told`)
  })
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
async function until(what, left, wake = async () => undefined) {
  let toldAt = performance.now()
  for (let count = await left(); count > 0; count = await left()) {
    if (performance.now() - toldAt > 10_000) {
      progress(`${count} ${what}`)
      toldAt = performance.now()
    }
    await wake()
    await sleep(1000)
  }
}

function progress(text) {
  process.stderr.write(`${text}\n`)
}
