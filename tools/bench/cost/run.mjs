// npm run cost: counts what each operation asks of the platform, prints what a million of them cost, and writes that
// into docs/cost.md. Fails when a goal is not reached, or when something counts other than its test says.
import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { startVitest } from 'vitest/node'
import { GOALS, LISTED, LOGGED, STORED_GB, dollarsOf, dollarsOfLines } from './prices.mjs'

const PAGE = new URL('../../../docs/cost.md', import.meta.url)
const OPERATIONS = ['<!-- begin: npm run cost -->', '<!-- end: npm run cost -->']
const BESIDES = ['<!-- begin: npm run cost, besides -->', '<!-- end: npm run cost, besides -->']
const CALLERS = ['<!-- begin: test/cost/amplifications -->', '<!-- end: test/cost/amplifications -->']

const counted = await countedTests()
const rows = counted.filter(({ counted: counts }) => counts !== undefined).map(rowOf)
const missed = GOALS.filter(({ name, over, max }) => !(rows.find((row) => row.name === name)?.[over] <= max))
await write(OPERATIONS, tableOf(rows))
await write(BESIDES, tableOfBesides())
await write(CALLERS, tableOfCallers(counted.filter(({ row }) => row !== undefined)))

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

/** What the tests that count have left to be written. */
async function countedTests() {
  const files = ['test/cost/counts.test.ts', 'test/cost/amplification.test.ts']
  const vitest = await startVitest('test', files, { watch: false, project: ['worker'] })
  const tests = vitest.state.getTestModules().flatMap(({ children }) => [...children.allTests()])
  await vitest.close()
  return tests.map((test) => test.meta())
}

function rowOf({ operation: { name, work, isOverRpcToo = false, atOnce = 1 }, counted: all }) {
  const counts = Object.fromEntries(Object.entries(all).map(([kind, count]) => [kind, count / atOnce]))
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
  return textOf([titles, rule, ...lines])
}

/** What is billed besides what is counted: lines of the log, and what is kept. */
function tableOfBesides() {
  const lines = LOGGED.map(({ name, lines: each }) => {
    const { byLine, byGb } = dollarsOfLines(each)
    return [`log: ${name}`, dollars(byLine), dollars(byGb)]
  })
  const stored = ['kept in D1: a GB for a month', dollars(STORED_GB), dollars(STORED_GB)]
  return textOf([
    ['a million of', 'until 30 November 2026', 'from 1 December 2026'],
    ['---', '--:', '--:'],
    ...lines,
    stored,
  ])
}

function tableOfCallers(all) {
  const [{ titles }] = all
  const rule = titles.map((_title, index) => ([0, 1, titles.length - 1].includes(index) ? '---' : '--:'))
  return textOf([titles, rule, ...all.map(({ row }) => row)])
}

function textOf(rowsOfCells) {
  return rowsOfCells.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

async function write([begin, end], text) {
  const page = await readFile(PAGE, 'utf8')
  const [before, rest] = page.split(begin)
  const after = rest.split(end)[1]
  const whole = `${before}${begin}\n\n${text}\n\n${end}${after}`
  const options = await resolveConfig(PAGE)
  await writeFile(PAGE, await format(whole, { ...options, parser: 'markdown' }))
}
