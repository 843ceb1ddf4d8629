import { writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { PROJECT } from '../../../scripts/project.mjs'

const FILE = path.join(PROJECT, 'tools/bench/many/results.md')

/** How many rows more may be read of the large database: a leaf of a tree more, or a note. */
const SLACK_ROWS = 5

/** What was read of both, and whether that is as little. */
export function judged(small, large) {
  return large.map(({ name, most, rowsRead }, index) => {
    const ofSmall = small[index].rowsRead
    return { name, most, small: ofSmall, large: rowsRead, isHeld: rowsRead <= (most ?? ofSmall + SLACK_ROWS) }
  })
}

/** What was found, as Markdown. */
export function reportOf({ small, large, questions }) {
  const { entries, users, sizes, fillSeconds, heavy, some } = large
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
  return `# Many users

Written by \`npm run bench:many\`, on ${new Date().toISOString().slice(0, 10)}, with ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, Node ${process.versions.node}.

The generator fills a D1 with the ledger's own code: ${number(users)} users with ${number(entries)} entries, and one more user who alone has
a hundredth of that (here ${number(heavy.entries)}). Every fourth user has bought by checkout. Then a Worker asks it, on workerd,
everything that the ledger asks of D1, and D1 says how many rows it read (\`meta.rows_read\`, what is billed). Pages are of five.

## Rows read

${table(['asked', `of ${number(small.entries)} entries`, `of ${number(entries)}`, 'at most', ''], rows, 1)}

A question reads as many rows of the large as of the small, or ${SLACK_ROWS} more. Where filters look at rows that they then leave out, they look at
1,000 for a page at most, which the small does not have: the page is short then, and its cursor goes on.

## Bytes

${number(sizes.bytes)} bytes, **${number(sizes.bytes / all)} for each entry**, with the projections, receipts, notes and inbox that belong to it: a database of D1 holds
10 GB, which is ${number(10e9 / (sizes.bytes / all) / 1e6)} million entries of this kind.

${table(['table', 'rows', 'bytes for each entry', 'of it indexes', 'bytes a row'], tables, 1)}

## Time

Of this machine, so only the order of size means something. Filled in ${number(fillSeconds)} s, that is ${number(all / fillSeconds)} entries a second, through SQLite itself.
Verified, through D1: ${number(heavy.perSecond)} entries a second of the one user with ${number(heavy.entries)}, ${number(some.perSecond)} a second of users with ten each.
`
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
