import { writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { PROJECT } from '../../../scripts/project.mjs'

const FILE = path.join(PROJECT, 'tools/bench/many/results.md')

/** How many rows more may be read of the large database: a leaf of a tree more, or a note. */
const SLACK_ROWS = 5

const NOTHING = { rows: 0, bytes: 0, indexBytes: 0 }

/** What was read of both, and whether that is as little. */
export function judged(small, large) {
  return large.map(({ name, most, rowsRead }, index) => {
    const ofSmall = small[index].rowsRead
    return { name, most, small: ofSmall, large: rowsRead, isHeld: rowsRead <= (most ?? ofSmall + SLACK_ROWS) }
  })
}

/** What was found, as Markdown. */
export function reportOf({ small, large, questions }) {
  const { entries, users, subscribers, without, sizes, fillSeconds, heavy, some, renewing } = large
  const all = sizes.tables.find(({ name }) => name === 'entries').rows
  const rows = questions.map(({ name, most, small: few, large: many, isHeld }) => [
    name,
    number(few),
    number(many),
    most === null ? '' : number(most),
    isHeld ? '' : '**grows**',
  ])
  const tables = sizes.tables.map(({ name, rows: count, bytes, indexBytes }) => [
    name,
    number(count),
    number(bytes / all),
    number(indexBytes / all),
    number(bytes / count),
  ])
  const renewed = since(without, sizes).map(({ name, rows: count, bytes, indexBytes }) => [
    name,
    number(count / subscribers),
    number(bytes / subscribers),
    number(indexBytes / subscribers),
  ])
  const each = sum(since(without, sizes)) / subscribers
  return `# Many users

Written by \`npm run bench:many\`, on ${new Date().toISOString().slice(0, 10)}, with ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, Node ${process.versions.node}.

The generator fills a D1 with the ledger's own code: ${number(users)} users with ${number(entries)} entries, and one more user who alone has
a hundredth of that (here ${number(heavy.entries)}). Every fourth user has bought by checkout. Besides there are ${number(subscribers)} subscribers of Stripe in their
third year: each has paid 36 times, of which Stripe told by five events each (\`npm run renewals\`). Then a Worker asks it, on workerd,
everything that the ledger asks of D1, and D1 says how many rows it read (\`meta.rows_read\`, what is billed). Pages are of five.

## Rows read

${table(['asked', `of ${number(small.entries)} entries`, `of ${number(entries)}`, 'at most', ''], rows, 1)}

A question reads as many rows of the large as of the small, or ${SLACK_ROWS} more. Where filters look at rows that they then leave out, they look at
1,000 for a page at most, which the small does not have: the page is short then, and its cursor goes on.

## Bytes

${number(sizes.bytes)} bytes, **${number(sizes.bytes / all)} for each entry**, with the projections, receipts, notes and inbox that belong to it: a database of D1 holds
10 GB, which is ${number(10e9 / (sizes.bytes / all) / 1e6)} million entries of this kind.

${table(['table', 'rows', 'bytes for each entry', 'of it indexes', 'bytes a row'], tables, 1)}

A subscriber in the third year has ${number(each)} bytes, in whole pages and the share of those that were split: 10 GB hold ${number(10e9 / each)}.

${table(['table', 'rows of one subscriber', 'bytes', 'of it indexes'], renewed, 1)}

## Time

Of this machine, so only the order of size means something. Filled in ${number(fillSeconds)} s, that is ${number(all / fillSeconds)} entries a second, through SQLite itself.
Verified, through D1: ${number(heavy.perSecond)} entries a second of the one user with ${number(heavy.entries)}, ${number(some.perSecond)} a second of users with ten each,
${number(renewing.perSecond)} a second of subscribers.
`
}

/** What came to each table since then. */
function since(before, { tables }) {
  return tables
    .map((table) => {
      const was = before.tables.find(({ name }) => name === table.name) ?? NOTHING
      const [rows, bytes, indexBytes] = ['rows', 'bytes', 'indexBytes'].map((what) => table[what] - was[what])
      return { name: table.name, rows, bytes, indexBytes }
    })
    .filter(({ rows }) => rows > 0)
    .toSorted((one, other) => other.bytes - one.bytes)
}

function sum(tables) {
  return tables.reduce((total, { bytes }) => total + bytes, 0)
}

/** Writes a report down. */
export async function writeReport(report) {
  const options = await resolveConfig(FILE)
  writeFileSync(FILE, await format(report, { ...options, filepath: FILE }))
}

function number(value) {
  return Math.round(value).toLocaleString('en')
}

/** From the column of that index on, cells are numbers. */
function table(head, rows, numbersFrom) {
  const rule = head.map((_title, index) => (index < numbersFrom ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
