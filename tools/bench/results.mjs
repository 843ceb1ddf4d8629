import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { PROJECT } from '../../scripts/project.mjs'
import { JUDGED_AT } from './rounds.mjs'

const FILE = path.join(PROJECT, 'tools/bench/results.md')

/** What has been found of all paths, as a table of Markdown. */
export function pathTable(paths) {
  const head = [
    'path and its limit',
    'conn.',
    'per second',
    'p50 ms',
    'p99 ms',
    'CPU ms',
    'ratio',
    'of all rounds',
    'by CPU',
    'goal',
    '',
  ]
  const rows = paths.flatMap(({ name, limit, at, judgedAt, goal }) =>
    at.map(({ connections, ours, limit: limits, ratio, ratioSpread, cpuRatio }, index) => {
      const isJudged = judgedAt.includes(connections)
      return [
        [name, `: ${limit}`, ''][index],
        connections,
        pair(ours.perSecond, limits.perSecond, 0),
        pair(ours.p50, limits.p50, 2),
        pair(ours.p99, limits.p99, 2),
        pair(ours.cpuMs, limits.cpuMs, 3),
        isJudged ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2),
        ratioSpread.map((one) => one.toFixed(2)).join(' – '),
        cpuRatio.toFixed(2),
        isJudged && goal !== null ? `≥ ${goal}` : '',
        isJudged && goal !== null ? verdict(ratio >= goal) : '',
      ]
    }),
  )
  return table(head, rows)
}

/** What a cold isolate costs, as a table of Markdown. */
export function startUpTable(figures) {
  const rows = figures.map(({ name, unit, value, spread, goal, isReached }) => [
    name,
    `**${value.toFixed(1)} ${unit}**`,
    spread.map((one) => one.toFixed(1)).join(' – '),
    goal === null ? '' : `≤ ${goal} ${unit}`,
    goal === null ? '' : verdict(isReached),
  ])
  return table(['start-up', 'median', 'of all runs', 'goal', ''], rows)
}

/** Writes the results of a whole run down. */
export async function writeResults({ paths, startUp, summary, rounds, seconds }) {
  const text = `# Benchmark

Written by \`npm run bench\`, on ${new Date().toISOString().slice(0, 10)}, with ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, Node ${process.versions.node}, wrangler ${wranglerVersion()}.

${pathTable(paths)}

${startUpTable(startUp)}

**${summary}**

## How to read it

Each path of the ledger was driven beside its limit: a bare Worker (\`tools/bench/limits/\`) that gets the same requests, answers
the same bytes and headers, and does only the same I/O. In each pair of numbers the ledger is first and its limit second.
Both run on workerd, past the proxy of \`wrangler dev\`, with the simulators of D1, KV and Durable Objects that come with
wrangler. **Times and rates of this machine mean nothing; the ratio is the result.** The simulator of KV, for one, is
slower than an object, and in production it is the other way round.

In each of ${rounds} rounds the two were driven for about ${seconds} s, one after the other, at each number of connections, in
alternating order, after a warm-up. Numbers are medians over the rounds. The ratio is that of the requests per second in
the same round; beside its median stand the smallest and the largest. A path is judged at ${JUDGED_AT[0]} connections, because one
connection measures mostly the way to the server and 64 mostly a queue; the hot user is judged at the 64 that it is about, and a check from
memory at all of them: its requests are so short that it is soon the generator, on the same cores, that is measured. So it is
driven by wrk as well, where that is installed; while the two differ by more than 0.03 neither of them counts.

"CPU ms" is what one request cost the server's process, by what the system counted: it is the steadiest number where
other programs run as well, and says of a difference whether it is work or waiting. "By CPU" is the ratio of these.

Where work follows the answer, it counts: the time of a webhook ends when all events are settled. Its p50 and p99 are those
of the answers.
`
  const options = await resolveConfig(FILE)
  writeFileSync(FILE, await format(text, { ...options, filepath: FILE }))
}

function pair(ours, limit, digits) {
  return [ours, limit].map((one) => one.toFixed(digits)).join(' / ')
}

function verdict(isReached) {
  return isReached ? 'reached' : '**not reached**'
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function wranglerVersion() {
  const file = path.join(PROJECT, 'node_modules/wrangler/package.json')
  return JSON.parse(readFileSync(file, 'utf8')).version
}
