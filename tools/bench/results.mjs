import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { PROJECT } from '../../scripts/project.mjs'
import { ELSEWHERE } from './paths.mjs'
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
    'ratio by CPU',
    'of all rounds',
    'by rate',
    'goal',
    '',
  ]
  const rows = paths.flatMap(({ name, limit, at, judgedAt, goal, differs }) =>
    at.map(({ connections, ours, limit: limits, ratio, ratioSpread, rateRatio }, index) => {
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
        rateRatio.toFixed(2),
        isJudged && goal !== null ? `≥ ${goal}` : '',
        isJudged && goal !== null
          ? differs === true
            ? '**generators differ**'
            : verdict(ratio >= goal)
          : '',
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
export async function writeResults({ paths, startUp, summary, rounds, seconds, runs, minutes }) {
  const text = `# Benchmark

Written by \`npm run bench\`, on ${new Date().toISOString().slice(0, 10)}, with ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, Node ${process.versions.node}, wrangler ${wranglerVersion()}.

${pathTable(paths)}

${startUpTable(startUp)}

**${summary}**

${table(
  ['besides', 'measured by'],
  ELSEWHERE.map(({ name, command }) => [name, `\`${command}\``]),
)}

${shortPart(paths)}
## How to read it

Each path of the ledger was driven beside its limit: a bare Worker (\`tools/bench/limits/\`) that gets the same requests, answers
the same bytes and headers, and does only the same I/O. In each pair of numbers the ledger is first and its limit second.
Both run on workerd, past the proxy of \`wrangler dev\`, with the simulators of D1, KV and Durable Objects that come with
wrangler. **Times and rates of this machine mean nothing; the ratio is the result.** The simulator of KV, for one, is
slower than an object, and in production it is the other way round.

In each of ${rounds} rounds the two were driven for about ${seconds} s, one after the other, at each number of connections, in
alternating order, after a warm-up. Numbers are medians over the rounds, and of ${runs === 1 ? 'one run' : `${runs} whole runs, each with servers of its own`}, which took ${minutes} minutes.

**The ratio is that of the CPU time** which one request cost the server's process in the same round, as the system counted it
(\`/proc\`); beside its median stand the smallest and the largest. It says what a request is worth in work, whatever else the machine
does and whoever drives it. The ratio of the requests per second stands beside it and does not count: server and generator share the
cores here. A generator that is slower than the server (autocannon takes two thirds of what the server takes for a check, wrk a tenth)
makes the two sides equal; one that is faster (wrk) keeps the server's core busy and shows the difference, or takes it away by
when it is scheduled. That is why the two told of one path 0.75 and 0.92 by rate, each time in another order. By CPU they have to
come to the same: while the rows of a check from memory differ by more than 0.03, neither of them counts.

A path is judged at ${JUDGED_AT[0]} connections, because one connection measures mostly the way to the server and 64 mostly a queue; the hot
user is judged at the 64 that it is about, and a check from memory at all of them.

Where work follows the answer, it counts: the time of a webhook ends when all events are settled. Its p50 and p99 are those
of the answers.
`
  const options = await resolveConfig(FILE)
  writeFileSync(FILE, await format(text, { ...options, filepath: FILE }))
}

/** What was found out about each path that does not reach its goal. */
function shortPart(paths) {
  const short = paths.filter(({ isReached, profile }) => !isReached && profile !== undefined)
  if (short.length === 0) return ''
  const lines = short.map(
    ({ name, judged, profile }) => `- **${name}** (${judged.ratio.toFixed(2)}): ${profile}`,
  )
  return `## What stays short\n\n${lines.join('\n')}\n`
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
