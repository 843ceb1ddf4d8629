// Measures each path of the ledger beside what the bare platform can do: npm run bench [-- --quick] [--only=grant] [--check]
import { parseArgs } from 'node:util'
import { freePort } from './free-port.mjs'
import { giveUp } from '../../scripts/project.mjs'
import { buildBundles } from './bundles.mjs'
import { pathsOf } from './paths.mjs'
import { pathTable, startUpTable, writeResults } from './results.mjs'
import { measure } from './rounds.mjs'
import { takeSamples } from './samples.mjs'
import { startServer } from './servers.mjs'
import { fillLedger, openShop } from './shop.mjs'
import { measureStartUp } from './start-up.mjs'
import { STRIPE_SECRET } from './stripe-events.mjs'
import { TOKEN_SETTINGS } from './tokens.mjs'

const USAGE = `npm run bench [-- --quick] [--only=words] [--check]
  --quick  three rounds, for a first look
  --only   only the paths with these words in their name
  --check  the exit code says whether every ratio was reached
Only a whole run writes tools/bench/results.md.`

const WHOLE = { rounds: 15, seconds: 0.35 }
const QUICK = { rounds: 3, seconds: 0.35 }

// As deployed, but for one thing: what is in memory stays there for the run, and is not looked up in KV between.
const LEDGER_SETTINGS = {
  ...TOKEN_SETTINGS,
  WEBHOOK_SECRETS_STRIPE: STRIPE_SECRET,
  MEMORY_MAX_AGE_SECONDS: '600',
}

const { only, quick, check } = options()
const extent = quick ? QUICK : WHOLE
const isTerminal = process.stderr.isTTY
const CLEARED = '\r\u001B[2K'

try {
  const { paths, startUp } = await run()
  console.log(`\n${pathTable(paths)}\n`)
  if (startUp.length > 0) console.log(`${startUpTable(startUp)}\n`)
  const all = [...paths, ...startUp].filter(({ goal }) => goal !== null)
  const reached = all.filter(({ isReached }) => isReached).length
  const summary = `${reached} of ${all.length} ratios reached`
  if (!quick && only === '') await writeResults({ paths, startUp, summary, ...extent })
  console.log(summary)
  process.exit(check && reached < all.length ? 1 : 0)
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
    'grant',
    'webhookIgnored',
    'webhookApplied',
  ]
  const sockets = {}
  for (const entrypoint of entrypoints) sockets[entrypoint] = await freePort()
  const limits = await startServer({
    config: 'tools/bench/limits/wrangler.toml',
    bundle: bundles.limits,
    bindings: { ...TOKEN_SETTINGS, STRIPE_SECRET, SAMPLES: await takeSamples(ledger) },
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
        help: { type: 'boolean', default: false },
      },
    })
    if (!values.help) return values
    console.log(USAGE)
    return process.exit()
  } catch (error) {
    return giveUp(`${error.message}\n\n${USAGE}`)
  }
}
