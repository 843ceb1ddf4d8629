// Fills a D1 with a million sources, of which 99 in a hundred have followed a change, and with a million events that wait, and
// holds each round of a keeper to the rows that it reads: npm run bench:rows [-- --count=1000000]
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT, giveUp } from '../../../scripts/project.mjs'
import { bundled } from '../bundles.mjs'
import { freePort } from '../free-port.mjs'
import { migrate, startMiniflare } from '../servers.mjs'

/** How many rows a round may read beside those that it settles or wakes. */
const ROWS_MAX = 100

/** How many waits a round looks at, and the wait whose key was written by other means: the round in which its turn is. */
const LOOKED_AT = 16
const KNOWN = 20 * LOOKED_AT + 5
const ROUNDS_OF_WAITS = 50

const CONFIG = 'tools/bench/rows/wrangler.toml'
const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' } } })
const count = Number(values.count)
if (!Number.isSafeInteger(count) || count < 1000) giveUp('At least 1000')

const home = mkdtempSync(
  path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'entitlement-ledger-rows-'),
)
process.on('exit', () => rmSync(home, { recursive: true, force: true }))

try {
  const bundle = await bundled(
    path.join(PROJECT, 'dist/bench-rows'),
    'tools/bench/rows/src/worker.ts',
    CONFIG,
  )
  const sources = await within('sources', bundle, async (ask) => {
    await ask(`/sources?count=${count}`)
    return roundsUntil(ask, ({ isAll }) => isAll)
  })
  tell(`${count} sources of which ${count / 100} had not followed`, sources)
  const waits = await within('waits', bundle, async (ask) => {
    await ask(`/waits?count=${count}&known=${KNOWN}`)
    return roundsUntil(ask, (_round, rounds) => rounds === ROUNDS_OF_WAITS)
  })
  tell(`${count} events that wait`, waits)
  const wokenIn = waits.findIndex(({ done }) => done > 0)
  console.log(`  the one whose key was there, ${KNOWN + 1} by its place, was woken by round ${wokenIn + 1}`)

  const followed = sources.reduce((sum, { done }) => sum + done, 0)
  const isHeld =
    followed === Math.floor(count / 100) &&
    wokenIn === Math.floor(KNOWN / LOOKED_AT) &&
    [...sources, ...waits].every((round) => beyond(round) <= ROWS_MAX)
  console.log(isHeld ? `None read more than ${ROWS_MAX} beyond those.` : `That is not what is promised.`)
  process.exit(isHeld ? 0 : 1)
} catch (error) {
  giveUp(error.stack)
}

/** Has something done with a database that holds nothing. */
async function within(name, bundle, work) {
  const port = await freePort()
  const folder = path.join(home, name)
  const miniflare = await startMiniflare({
    bundle,
    config: CONFIG,
    bindings: {},
    sockets: { default: port },
    folder,
  })
  await migrate(await miniflare.getD1Database('DB'))
  const done = await work(async (what) => {
    const response = await fetch(`http://127.0.0.1:${port}${what}`, { method: 'POST' })
    if (!response.ok) throw new Error(`${what}: ${await response.text()}`)
    return response.json()
  })
  await miniflare.dispose()
  return done
}

async function roundsUntil(ask, isEnough) {
  const rounds = []
  do {
    rounds.push(await ask('/round'))
  } while (!isEnough(rounds.at(-1), rounds.length))
  return rounds
}

function tell(of, rounds) {
  const done = rounds.reduce((sum, round) => sum + round.done, 0)
  console.log(
    `${of}: ${rounds.length} rounds did ${done} and read, beyond these, ${Math.max(...rounds.map(beyond))} rows at the most`,
  )
}

function beyond({ rowsRead, done }) {
  return rowsRead - done
}
