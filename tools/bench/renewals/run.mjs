// What monthly renewals of a Stripe subscription leave in D1: npm run renewals [-- 36]
import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import { PROJECT, giveUp } from '../../../scripts/project.mjs'
import { bundled } from '../bundles.mjs'
import { freePort } from '../free-port.mjs'
import { grant, sent } from '../requests.mjs'
import { startServer } from '../servers.mjs'
import { forEach, isInboxIdle, openShop, send } from '../shop.mjs'
import { STRIPE_SECRET, customerOf } from '../stripe-events.mjs'
import { TOKEN_SETTINGS } from '../tokens.mjs'
import { aMonthPasses } from './a-month-passes.mjs'
import { bytesOf } from './bytes-of.mjs'
import { MONTH_SECONDS, monthlyEvents } from './monthly-events.mjs'

const CONFIG = 'wrangler.toml'
/** So many alike, of which the mean is told: one alone fills no page of an index. */
const SUBSCRIBERS = Array.from({ length: 5 }, (_, index) => `u_renewal_${index}`)

/** Who has been granted one entitlement by hand, and nothing else. */
const GRANTED = Array.from({ length: 500 }, (_, index) => `u_granted_${index}`)

/** The months for which there are goals, in bytes used. */
const WHOLE = 36
const ENTRIES_MAX = 150_000
const ALL_MAX = 290_000
const THIRD_TO_FIRST_YEAR_MAX = 1.05

const months = Number(process.argv[2] ?? WHOLE)
if (!Number.isSafeInteger(months) || months < 1) giveUp('npm run renewals [-- <months>]')

try {
  const bundle = await bundled(path.join(PROJECT, 'dist/bench-renewals'), 'src/worker.ts', CONFIG)
  const bindings = { ...TOKEN_SETTINGS, WEBHOOK_SECRETS_STRIPE: STRIPE_SECRET, CHECKOUT_MODE: 'test' }
  const sockets = { default: await freePort() }
  const server = await startServer({ bundle, config: CONFIG, bindings, sockets })
  await openShop(server)
  const bare = bytesOf(server.folder)
  await forEach(GRANTED, (userId) => send(sockets.default, grant(userId)))
  const empty = bytesOf(server.folder)
  const granted = sum(since(bare, empty, GRANTED), 'pages')
  for (const userId of SUBSCRIBERS) {
    await send(sockets.default, sent('PUT', `/v4/customers/stripe/${customerOf(userId)}`, { userId }))
  }
  // The last period is the one of today.
  const startedAt = Math.floor(Date.now() / 1000) - months * MONTH_SECONDS + MONTH_SECONDS / 2
  const years = [0]
  const kinds = [{ name: 'a user with one grant', bytes: granted }]
  let rows = []
  for (let month = 1; month <= months; month += 1) {
    await forEach(SUBSCRIBERS, async (userId) => {
      for (const delivery of monthlyEvents(userId, startedAt, month - 1)) {
        await send(sockets.default, delivery)
        while (!(await isInboxIdle(server))) await sleep(5)
      }
    })
    await aMonthPasses(server)
    if (month !== 1 && month % 12 !== 0 && month !== months) continue
    rows = since(empty, bytesOf(server.folder), SUBSCRIBERS)
    if (month % 12 === 0) years.push(sum(rows, 'used'))
    kinds.push({ name: `a subscriber who paid ${month} ×`, bytes: sum(rows, 'pages') })
    print(month, rows)
  }
  printKinds(kinds)
  await statesOf(server)
  await server.stop()
  process.exit(months === WHOLE ? judge(rows, years) : 0)
} catch (error) {
  giveUp(error.stack)
}

/** What came since then for each of the users: an empty table or index takes a page. */
function since(before, rows, users) {
  return rows
    .map(({ ofTable, name, pages, used }) => {
      const then = before.find((one) => one.name === name)
      const mean = (now, was) => Math.round((now - was) / users.length)
      return { ofTable, name, pages: mean(pages, then.pages), used: mean(used, then.used) }
    })
    .filter(({ used }) => used !== 0)
    .toSorted((one, other) => other.used - one.used)
}

function print(month, rows) {
  const line = (name, pages, used) =>
    console.log(`  ${name.padEnd(40)} ${number(pages).padStart(10)} ${number(used).padStart(10)}`)
  console.log(
    `\nAfter ${month} month${month === 1 ? '' : 's'}: table or index, bytes of whole pages, of these used`,
  )
  for (const { ofTable, name, pages, used } of rows) {
    line(name === ofTable ? name : `${ofTable}: ${name}`, pages, used)
  }
  line('all', sum(rows, 'pages'), sum(rows, 'used'))
}

/** What a database of 10 GB holds, as the table of docs/operating/limits.md. */
function printKinds(kinds) {
  console.log('\n| kind of customer | bytes | 10 GB hold |\n| --- | --: | --: |')
  for (const { name, bytes } of kinds) {
    console.log(`| ${name} | ${number(bytes)} | ${number(Math.floor(10e9 / bytes))} |`)
  }
}

async function statesOf({ db }) {
  const { results } = await db.prepare('SELECT state, count(*) AS events FROM inbox GROUP BY state').all()
  console.log(`\nEvents: ${results.map(({ state, events }) => `${events} ${state}`).join(', ')}`)
}

/** The exit code: whether a goal was missed. */
function judge(rows, [, first, second, third]) {
  const entries = sum(
    rows.filter(({ ofTable }) => ofTable === 'entries'),
    'used',
  )
  const goals = [
    ['entries, bytes', entries, ENTRIES_MAX],
    ['all tables, bytes', sum(rows, 'used'), ALL_MAX],
    ['months 25 to 36 to months 1 to 12', (third - second) / first, THIRD_TO_FIRST_YEAR_MAX],
  ]
  for (const [name, value, most] of goals) {
    const figure = value < 10 ? value.toFixed(3) : number(value)
    console.log(`${value <= most ? 'held  ' : 'MISSED'} ${name}: ${figure}, at most ${number(most)}`)
  }
  return goals.some(([, value, most]) => value > most) ? 1 : 0
}

function sum(rows, what) {
  return rows.reduce((total, row) => total + row[what], 0)
}

function number(value) {
  return value.toLocaleString('en')
}
