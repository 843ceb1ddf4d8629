// Measures each path of the ledger beside what the bare platform can do: npm run bench [-- --quick] [--only=grant] [--runs=3] [--check]
import { parseArgs } from 'node:util'
import { freePort } from './free-port.mjs'
import { giveUp } from '../../scripts/project.mjs'
import { buildBundles } from './bundles.mjs'
import { medianOfRuns } from './median-of-runs.mjs'
import { pathsOf } from './paths.mjs'
import { pathTable, startUpTable, writeResults } from './results.mjs'
import { measure } from './rounds.mjs'
import { takeSamples } from './samples.mjs'
import { startServer } from './servers.mjs'
import { fillLedger, openShop } from './shop.mjs'
import { measureStartUp } from './start-up.mjs'
import { STRIPE_SECRET } from './stripe-events.mjs'
import { PASSPORT_KEY, TOKEN_SETTINGS } from './tokens.mjs'

const USAGE = `npm run bench [-- --quick] [--only=words] [--runs=3] [--check]
  --quick  three rounds, for a first look
  --only   only the paths with these words in their name
  --runs   does it so many times, each with new servers, and tells the median of each ratio; one takes about ten minutes
  --check  the exit code says whether every ratio was reached
Only a whole run writes tools/bench/results.md.`

const WHOLE = { rounds: 15, seconds: 0.35 }
const QUICK = { rounds: 3, seconds: 0.35 }

// As deployed, but for one thing: what is in memory stays there for the run, and is not looked up in KV between.
const LEDGER_SETTINGS = {
  ...TOKEN_SETTINGS,
  WEBHOOK_SECRETS_STRIPE: STRIPE_SECRET,
  PASSPORT_ISSUER: 'https://ledger.bench',
  PASSPORT_KEYS: JSON.stringify({ keys: [{ ...PASSPORT_KEY, role: 'signing' }] }),
  MEMORY_MAX_AGE_SECONDS: '600',
}

const { only, quick, check, runs } = options()
const extent = quick ? QUICK : WHOLE
const isTerminal = process.stderr.isTTY
const CLEARED = '\r\u001B[2K'

try {
  const startedAt = performance.now()
  const all = []
  while (all.length < runs) all.push(await run())
  const minutes = Math.ceil((performance.now() - startedAt) / 60_000)
  const { paths, startUp } = medianOfRuns(all)
  console.log(`\n${pathTable(paths)}\n`)
  if (startUp.length > 0) console.log(`${startUpTable(startUp)}\n`)
  const judged = [...paths, ...startUp].filter(({ goal }) => goal !== null)
  const reached = judged.filter(({ isReached }) => isReached).length
  const summary = `${reached} of ${judged.length} ratios reached`
  if (!quick && only === '') await writeResults({ paths, startUp, summary, runs, minutes, ...extent })
  console.log(`${summary}; ${runs === 1 ? 'one run' : `${runs} runs`} in ${minutes} min`)
  process.exit(check && reached < judged.length ? 1 : 0)
} catch (error) {
  giveUp(error.stack)
}

async function run() {
  progress('building')
  const bundles = await buildBundles()
  progress('starting the servers and filling the ledger')
  const servers = await startAll(bundles)
  const wanted = pathsOf(servers).filter(({ name }) => name.includes(only))
  const paths = []
  for (const path of wanted) {
    const measured = await measure(path, { ...extent, onTurn: (turn) => progress(`${path.name}: ${turn}`) })
    paths.push(measured)
    said(`${path.name}: ${measured.judged.ratio.toFixed(2)}${path.goal === null ? '' : ` of ≥ ${path.goal}`}`)
  }
  for (const server of Object.values(servers)) await server.stop()
  const startUp =
    only === ''
      ? await measureStartUp(bundles.ledger, {
          onTurn: (turn) => progress(`start-up: ${turn}`),
        })
      : []
  progress('')
  return { paths, startUp }
}

async function startAll(bundles) {
  const ofLedger = { config: 'wrangler.toml', bindings: LEDGER_SETTINGS }
  const ledger = await startServer({
    ...ofLedger,
    bundle: bundles.ledger,
    sockets: { default: await freePort() },
  })
  await fillLedger(ledger)
  const oneByOne = await startServer({
    ...ofLedger,
    bundle: bundles.oneByOne,
    sockets: { default: await freePort() },
  })
  await openShop(oneByOne)
  const entrypoints = [
    'default',
    'checkVerified',
    'checkKv',
    'checkStrong',
    'passport',
    'passportAlone',
    'bareSign',
    'grant',
    'webhookIgnored',
    'webhookApplied',
  ]
  const sockets = {}
  for (const entrypoint of entrypoints) sockets[entrypoint] = await freePort()
  const limits = await startServer({
    config: 'tools/bench/limits/wrangler.toml',
    bundle: bundles.limits,
    bindings: {
      ...TOKEN_SETTINGS,
      STRIPE_SECRET,
      PASSPORT_KEY: JSON.stringify(PASSPORT_KEY),
      SAMPLES: await takeSamples(ledger),
    },
    sockets,
  })
  return { ledger, oneByOne, limits }
}

/** What is running, as one line that is written over; where lines stay, nothing. */
function progress(text) {
  if (isTerminal) process.stderr.write(`${CLEARED}${text}`)
}

/** What is done, as a line that stays. */
function said(text) {
  console.error(`${isTerminal ? CLEARED : ''}${text}`)
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        check: { type: 'boolean', default: false },
        runs: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    })
    const runs = Number(values.runs)
    if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a number from 1 on')
    if (!values.help) return { ...values, runs }
    console.log(USAGE)
    return process.exit()
  } catch (error) {
    return giveUp(`${error.message}\n\n${USAGE}`)
  }
}
