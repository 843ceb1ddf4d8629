// Loads a D1 with many users and entries, and holds every question to what it reads of a small one:
// npm run bench:many [-- --entries=1000000] [--users=100000]
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '../free-port.mjs'
import { PROJECT, giveUp } from '../../../scripts/project.mjs'
import { bundled } from '../bundles.mjs'
import { makeDatabase, serve } from './database.mjs'
import { progressBar } from './progress-bar.mjs'
import { judged, reportOf, writeReport } from './report.mjs'

const USAGE = `npm run bench:many [-- --entries=1000000] [--users=100000]
A run with the sizes above writes tools/bench/many/results.md. The exit code says whether all reads as little as of 1,000 entries.`

const SMALL = { entries: 1000, users: 100 }
const WHOLE = { entries: 1_000_000, users: 100_000 }

/** One subscriber of Stripe in the third year for so many users, and what 36 renewals of five events each come to. */
const USERS_A_SUBSCRIBER = 1000
const EVENTS_OF_SUBSCRIBER = 180

const size = sizeAsked()
const home = mkdtempSync(
  path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'entitlement-ledger-many-'),
)
process.on('exit', () => rmSync(home, { recursive: true, force: true }))

try {
  const bundle = await bundled(
    path.join(PROJECT, 'dist/bench-many/worker'),
    'tools/bench/many/src/worker.ts',
    'tools/bench/many/wrangler.toml',
  )
  const small = await measure(bundle, 'small', SMALL)
  const large = await measure(bundle, 'large', size)
  const questions = judged(small.questions, large.questions)
  const report = reportOf({ small, large, questions })
  console.log(`\n${report}`)
  if (size.entries === WHOLE.entries && size.users === WHOLE.users) await writeReport(report)
  const grown = questions.filter(({ isHeld }) => !isHeld)
  console.log(`${questions.length - grown.length} of ${questions.length} read as little`)
  process.exit(grown.length > 0 ? 1 : 0)
} catch (error) {
  giveUp(error.stack)
}

async function measure(bundle, name, { entries, users }) {
  const folder = path.join(home, name)
  const subscribers = Math.ceil(users / USERS_A_SUBSCRIBER)
  const size = { entries, users, subscribers }
  const onEntries = progressBar(`filling ${name}`, entries)
  const onEvents = progressBar(`${subscribers} subscribers renew`, subscribers * EVENTS_OF_SUBSCRIBER)
  const startedAt = Date.now()
  const { without, sizes } = await makeDatabase({ bundle, folder, size, onEntries, onEvents })
  const fillSeconds = (Date.now() - startedAt) / 1000

  const port = await freePort()
  const server = await serve({ bundle, folder, port })
  const ask = async (what) => {
    const response = await fetch(`http://127.0.0.1:${port}${what}?users=${users}&subscribers=${subscribers}`)
    if (!response.ok) throw new Error(`${what}: ${await response.text()}`)
    return response.json()
  }
  // Verified before anything is asked: a change may be half of a million.
  const heavy = await timed(() => ask('/verify/heavy'))
  const some = await timed(() => ask('/verify/some'))
  const renewing = await timed(() => ask('/verify/subscribers'))
  const questions = await ask('/rows')
  await server.dispose()
  return { ...size, fillSeconds, without, sizes, heavy, some, renewing, questions }
}

async function timed(work) {
  const startedAt = performance.now()
  const entries = await work()
  return { entries, perSecond: (entries * 1000) / (performance.now() - startedAt) }
}

function sizeAsked() {
  try {
    const { values } = parseArgs({
      options: {
        entries: { type: 'string', default: String(WHOLE.entries) },
        users: { type: 'string', default: String(WHOLE.users) },
      },
    })
    const asked = { entries: Number(values.entries), users: Number(values.users) }
    const isWhole = Object.values(asked).every(Number.isSafeInteger)
    if (isWhole && asked.users >= SMALL.users && asked.entries >= 10 * asked.users) return asked
    return giveUp(`At least ${SMALL.users} users, and ten entries each\n\n${USAGE}`)
  } catch (error) {
    return giveUp(`${error.message}\n\n${USAGE}`)
  }
}
