// What monthly renewals of Stripe subscriptions leave in D1: npm run renewals [-- --months=36] [--subscribers=10]
import { mkdtempSync, existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { PROJECT, giveUp } from '../../scripts/project.mjs'
import { bundled } from './bundles.mjs'
import { freePort } from './free-port.mjs'
import { fileIn, usedBytes } from './many/database.mjs'
import { renewalEvents } from './renewal-events.mjs'
import { sent } from './requests.mjs'
import { migrate, startMiniflare } from './servers.mjs'
import { forEach, isInboxIdle, openShop, send } from './shop.mjs'
import { STRIPE_SECRET, customerOf, deliveryOf } from './stripe-events.mjs'
import { TOKEN_SETTINGS } from './tokens.mjs'

/** What so many renewals of one subscription may leave, and how much more a year of later ones than the first year. */
const GOALS = { months: 36, entries: 150_000, all: 290_000, growth: 1.05 }

/** Beyond all that is kept for a while: bodies of events, and receipts of refusals. */
const LATER_MS = 100 * 86_400_000

const CONFIG = 'wrangler.toml'
const CRONS = ['* * * * *', '23 * * * *']
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const { values } = parseArgs({
  options: {
    months: { type: 'string', default: String(GOALS.months) },
    subscribers: { type: 'string', default: '10' },
  },
})
const [months, subscribers] = [Number(values.months), Number(values.subscribers)]
const folder = mkdtempSync(path.join(MEMORY, 'entitlement-ledger-renewals-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

try {
  const bundle = await bundled(path.join(PROJECT, 'dist/bench-renewals'), 'src/worker.ts', CONFIG)
  const port = await freePort()
  const bindings = {
    ...TOKEN_SETTINGS,
    WEBHOOK_SECRETS_STRIPE: STRIPE_SECRET,
    CHECKOUT_MODE: 'test',
  }
  const sockets = { default: port }
  const miniflare = await startMiniflare({ bundle, config: CONFIG, bindings, sockets, folder })
  const db = await miniflare.getD1Database('DB')
  await migrate(db)
  await openShop({ sockets })

  const users = Array.from({ length: subscribers }, (_, index) => `renewal-${String(index).padStart(5, '0')}`)
  await forEach(users, (userId) =>
    send(port, sent('PUT', `/v4/customers/stripe/${customerOf(userId)}`, { userId })),
  )
  const measured = [usedBytes(fileIn(folder))]
  for (let month = 0; month < months; month += 1) {
    await forEach(users, async (userId) => {
      for (const [type, object] of renewalEvents(userId, month, months)) {
        await send(port, deliveryOf(type, object))
      }
    })
    while (!(await isInboxIdle({ sockets }))) await sleep(10)
    if ((month + 1) % 12 === 0 || month + 1 === months) {
      await moveClockOn(miniflare, db)
      measured.push(usedBytes(fileIn(folder)))
    }
  }
  const states = await db.prepare('SELECT state, count(*) AS count FROM inbox GROUP BY state').all()
  await miniflare.dispose()
  report(measured, states.results)
} catch (error) {
  giveUp(error.stack)
}

/** All that came is made older, which is to the jobs as if the clock had moved on, and they are run until nothing is due. */
async function moveClockOn(miniflare, db) {
  await db.batch([
    db.prepare('UPDATE inbox SET received_at = received_at - ?1 WHERE body IS NOT NULL').bind(LATER_MS),
    db
      .prepare('UPDATE receipts SET expires_at = expires_at - ?1 WHERE expires_at IS NOT NULL')
      .bind(LATER_MS),
  ])
  const worker = await miniflare.getWorker()
  const left = `SELECT (SELECT count(*) FROM inbox WHERE body IS NOT NULL)
    + (SELECT count(*) FROM receipts WHERE expires_at IS NOT NULL) AS count`
  for (let tries = 0; (await db.prepare(left).first('count')) > 0; tries += 1) {
    if (tries === 600) throw new Error('What is past its time was not dropped')
    for (const cron of CRONS) await worker.scheduled({ cron })
    await sleep(20)
  }
}

function report(measured, states) {
  const [empty, ...rest] = measured.map(({ used }) => used)
  const pages = since(measured.at(-1).pages, measured[0].pages)
  const names = Object.keys(rest.at(-1))
  const years = rest.map((now, index) => since(now, index === 0 ? empty : rest[index - 1]))
  const whole = since(rest.at(-1), empty)
  console.log(
    `${months} monthly renewals of one subscription, five events each; the mean of ${subscribers}, in bytes of dbstat,`,
  )
  console.log(
    'cells and page heads with their indexes, without what is free on their pages, but in the last column:\n',
  )
  const columns = [...years.map((_, index) => `year ${index + 1}`), 'all', 'on pages']
  console.log(`${'table'.padEnd(24)}${columns.map((title) => title.padStart(10)).join('')}`)
  const rows = names.map((name) => [name, ...[...years, whole, pages].map((part) => part[name])])
  const sums = ['all tables', ...[...years, whole, pages].map(total)]
  for (const [name, ...cells] of [...rows.filter(([, ...cells]) => cells.some(Boolean)), sums]) {
    console.log(
      `${name.padEnd(24)}${cells.map((cell) => Math.round(cell).toLocaleString('en').padStart(10)).join('')}`,
    )
  }
  console.log('')
  console.log(`of the events: ${states.map(({ state, count }) => `${count} ${state}`).join(', ')}`)
  if (months !== GOALS.months) process.exit()
  const growth = total(years.at(-1)) / total(years[0])
  console.log(`the third year leaves ${growth.toFixed(3)} of the first (at most ${GOALS.growth})`)
  const isHeld = whole.entries <= GOALS.entries && total(whole) <= GOALS.all && growth <= GOALS.growth
  console.log(
    `${isHeld ? 'held' : 'NOT held'}: entries at most ${GOALS.entries}, all tables at most ${GOALS.all}`,
  )
  process.exit(isHeld ? 0 : 1)
}

/** For each subscriber, how much each table has grown. */
function since(now, before) {
  return Object.fromEntries(
    Object.entries(now).map(([name, bytes]) => [name, (bytes - (before[name] ?? 0)) / subscribers]),
  )
}

function total(sizes) {
  return Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)
}
