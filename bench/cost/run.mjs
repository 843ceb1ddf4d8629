// npm run cost: counts what each operation asks of the platform, prints what a million of them cost, and writes that
// into docs/cost.md. Fails when a goal is not reached, or when something counts other than its test says.
import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { startVitest } from 'vitest/node'
import { GOALS, LISTED, dollarsOf } from './prices.mjs'

const PAGE = new URL('../../docs/cost.md', import.meta.url)
const [BEGIN, END] = ['<!-- begin: npm run cost -->', '<!-- end: npm run cost -->']

const rows = await countedRows()
const missed = GOALS.filter(({ name, over, max }) => !(rows.find((row) => row.name === name)?.[over] <= max))
const table = tableOf(rows)
await write(table)

process.stdout.write(`\nUS dollars for a million, prices of ${LISTED}, beyond what is included\n\n`)
for (const { name, http, rpc } of rows) {
  const overRpc = rpc === null ? '' : `   over RPC ${dollars(rpc).padStart(7)}`
  process.stdout.write(`  ${name.padEnd(52)} ${dollars(http).padStart(7)}${overRpc}\n`)
}
for (const goal of GOALS) {
  const isMissed = missed.includes(goal)
  process.stdout.write(
    `\n${isMissed ? 'MISSED' : 'reached'}: ${goal.name} (${goal.over}) at most ${dollars(goal.max)}`,
  )
}
process.stdout.write('\n')
if (missed.length > 0) process.exitCode = 1

async function countedRows() {
  const vitest = await startVitest('test', ['test/cost/counts.test.ts'], {
    watch: false,
    project: ['worker'],
  })
  const tests = vitest.state.getTestModules().flatMap(({ children }) => [...children.allTests()])
  await vitest.close()
  return tests
    .map((test) => test.meta())
    .filter(({ counted }) => counted !== undefined)
    .map(rowOf)
}

function rowOf({ operation: { name, work, isOverRpcToo = false, atOnce = 1 }, counted }) {
  const counts = Object.fromEntries(Object.entries(counted).map(([kind, count]) => [kind, count / atOnce]))
  const http = dollarsOf(counts, work, 'http')
  return { name, counts, http, rpc: isOverRpcToo ? dollarsOf(counts, work, 'rpc') : null }
}

function dollars(amount) {
  return `$${amount.toFixed(2)}`
}

function tableOf(all) {
  const titles = [
    'operation',
    'KV reads',
    'KV writes',
    'object calls',
    'D1 rows read',
    'D1 rows written',
    'alarms set, taken back',
    'over HTTP',
    'over RPC',
  ]
  const lines = all.map(({ name, counts, http, rpc }) => {
    const { kvReads, kvWrites, objectCalls, rowsRead, rowsWritten, alarmsSet, alarmsTakenBack } = counts
    const alarms = `${alarmsSet}, ${alarmsTakenBack}`
    const counted = [kvReads, kvWrites, objectCalls, rowsRead, rowsWritten, alarms]
    return [name, ...counted, dollars(http), rpc === null ? '' : dollars(rpc)]
  })
  const rule = titles.map((_title, index) => (index === 0 ? '---' : '--:'))
  return [titles, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

async function write(text) {
  const page = await readFile(PAGE, 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest.split(END)[1]
  const whole = `${before}${BEGIN}\n\n${text}\n\n${END}${after}`
  const options = await resolveConfig(PAGE)
  await writeFile(PAGE, await format(whole, { ...options, parser: 'markdown' }))
}
