import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { ended, startWrangler } from '../../scripts/wrangler.mjs'
import { median, spread } from './statistics.mjs'

/** Each takes some seconds. */
const RUNS = 5

const KIB_MAX = 150
const EVALUATION_MS_MAX = 15

/** What a cold isolate has to load and to run before its first request. */
export async function measureStartUp(bundle, { onTurn }) {
  const kib = gzipSync(readFileSync(bundle)).length / 1024
  const evaluations = []
  for (let run = 1; run <= RUNS; run += 1) {
    onTurn(`evaluation ${run} of ${RUNS}`)
    evaluations.push(await evaluationMs())
  }
  const ms = median(evaluations)
  return [
    {
      name: 'bundle, gzipped',
      unit: 'KiB',
      value: kib,
      spread: [kib, kib],
      goal: KIB_MAX,
      isReached: kib <= KIB_MAX,
    },
    {
      name: 'evaluation at start-up',
      unit: 'ms',
      value: ms,
      spread: spread(evaluations),
      goal: EVALUATION_MS_MAX,
      isReached: ms < EVALUATION_MS_MAX,
    },
  ]
}

/** The time in which workerd ran our code, as `wrangler check startup` profiles it; not the time in which it waited. */
async function evaluationMs() {
  const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-start-up-'))
  try {
    const file = path.join(folder, 'startup.cpuprofile')
    const args = ['check', 'startup', '--args=--minify', '--outfile', file]
    const wrangler = startWrangler(args, ['ignore', 'pipe', 'pipe'])
    let said = ''
    for (const stream of [wrangler.stdout, wrangler.stderr]) stream.on('data', (text) => (said += text))
    if ((await ended(wrangler)) !== 0) throw new Error(`The start-up could not be profiled:\n${said}`)
    return activeMs(JSON.parse(readFileSync(file, 'utf8')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function activeMs({ nodes, samples, timeDeltas }) {
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  )
  const active = timeDeltas.filter((_, index) => !idle.has(samples[index]))
  return active.reduce((sum, microseconds) => sum + microseconds, 0) / 1000
}
