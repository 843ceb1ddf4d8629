// Kills the server at random moments under load, and looks whether anything was lost: npm run soak [-- --kills 20 --seconds 6]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bundled } from '../bench/bundles.mjs'
import { STRIPE_SECRET } from '../bench/stripe-events.mjs'
import { TOKEN_SETTINGS } from '../bench/tokens.mjs'
import { giveUp, PROJECT } from '../../scripts/project.mjs'
import { act } from './actions.mjs'
import { inboxSettles, kvCatchesUp, replaysAreTheSame } from './aftermath.mjs'
import { audit } from './audit.mjs'
import { Client } from './client.mjs'
import { Journal } from './journal.mjs'
import { MortalServer } from './mortal-server.mjs'
import { PROMISES } from './promises.mjs'
import { deathLines, loadLines, verdictLines } from './report.mjs'
import { openShop } from './shop.mjs'

const USAGE = `npm run soak [-- --kills 20] [--seconds 6] [--clients 24]
  --kills    how often the server is killed
  --seconds  how long it lives at the longest, from its start to its death
  --clients  how many requests are under way at once
What is stored lies in TMPDIR: the faster that disk, the heavier the load.`

/** What a run takes at most beside the lives: building, the restarts, and looking afterwards. */
const MS_MAX = { aKill: 20_000, theRest: 240_000 }

const { kills, seconds, clients } = options()
const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-soak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const msMax = kills * (seconds * 1000 + MS_MAX.aKill) + MS_MAX.theRest
setTimeout(() => giveUp(`Not done after ${msMax / 1000} s`), msMax).unref()

try {
  const held = await run()
  for (const [promise, wrong] of held) console.log(verdictLines(promise, wrong))
  const kept = held.filter(([, wrong]) => wrong.length === 0).length
  console.log(`\n${kept} of ${held.length} held`)
  process.exit(kept === held.length ? 0 : 1)
} catch (error) {
  giveUp(error.stack)
}

async function run() {
  progress('building')
  const server = new MortalServer(await serverOptions())
  const journal = new Journal()
  const client = new Client(server, journal)
  await server.start()
  await openShop(client)

  const end = new AbortController()
  const startedAt = performance.now()
  const working = Array.from({ length: clients }, async () => {
    while (!end.signal.aborted) await act(client, journal)
  })
  const deaths = await killAgainAndAgain(server, journal)
  end.abort()
  await Promise.all(working)
  const held = { seconds: (performance.now() - startedAt) / 1000, clients, ...journal.held() }
  // Once more at rest: what is still to be published is left to the alarms. From now on checks tell what is in KV.
  await server.kill()
  await server.start({ MEMORY_MAX_AGE_SECONDS: '0' })
  const promises = await lookAfterwards(client, journal)
  console.log(`\n${loadLines(held)}\n\n${deathLines(deaths)}\n`)
  return promises
}

/** Answers of each death how long it took until the server was up, and until somebody was told of a write again. */
async function killAgainAndAgain(server, journal) {
  const deaths = []
  for (let kill = 1; kill <= kills; kill += 1) {
    progress(`life ${kill} of ${kills}: ${journal.answers} requests answered so far`)
    await sleep(Math.random() * seconds * 1000)
    await server.kill()
    const diedAt = performance.now()
    const sinceThen = () => performance.now() - diedAt
    const writing = journal.nextWrite().then(sinceThen)
    await server.start()
    deaths.push({ upMs: sinceThen(), writing })
  }
  // Who dies again before anybody has written has recovered with the next.
  return Promise.all(deaths.map(async ({ upMs, writing }) => ({ upMs, writingMs: await writing })))
}

/** Each promise with what is wrong about it. */
async function lookAfterwards(client, journal) {
  progress('waiting for the inbox and for KV')
  const startedAt = performance.now()
  const unsettled = await inboxSettles(client)
  const behind = await kvCatchesUp(client)
  const caughtUpSeconds = Math.ceil((performance.now() - startedAt) / 1000)
  progress('reading every ledger')
  const found = { journal, ...(await audit(client, journal)) }
  progress('sending writes again')
  return [
    ['nobody was told anything wrong while the server died and came back', journal.surprises],
    ...PROMISES.map(([promise, wrongIn]) => [promise, wrongIn(found)]),
    ['the inbox settles by itself', unsettled],
    [`KV catches up with every user, here within ${caughtUpSeconds} s`, behind],
    ['a write that is sent again is answered as before', await replaysAreTheSame(client, journal)],
  ]
}

async function serverOptions() {
  mkdirSync(path.join(PROJECT, 'dist/assets'), { recursive: true }) // wrangler wants the folder of the docs
  return {
    bundle: await bundled(path.join(PROJECT, 'dist/soak'), 'src/worker.ts', 'wrangler.toml'),
    config: 'wrangler.toml',
    bindings: { ...TOKEN_SETTINGS, WEBHOOK_SECRETS_STRIPE: STRIPE_SECRET },
    folder,
  }
}

/** What is running, as one line that is written over where that is possible. */
function progress(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[2K${text}` : `${text}\n`)
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        kills: { type: 'string', default: '20' },
        seconds: { type: 'string', default: '6' },
        clients: { type: 'string', default: '24' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(USAGE)
      return process.exit()
    }
    return {
      kills: positive('kills', values),
      seconds: positive('seconds', values),
      clients: positive('clients', values),
    }
  } catch (error) {
    return giveUp(`${error.message}\n\n${USAGE}`)
  }
}

function positive(name, { [name]: text }) {
  if (!/^[1-9][0-9]{0,3}$/.test(text))
    throw new Error(`--${name} takes a whole number from 1, not "${text}".`)
  return Number(text)
}
