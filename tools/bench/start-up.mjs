import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { ended, startWrangler } from '../../scripts/wrangler.mjs'
import { startUpCode } from './start-up-code.mjs'
import { median, spread } from './statistics.mjs'

/** Each takes some seconds. */
const RUNS = 5

const GOALS = { bundleKib: 150, codeKib: 70, evaluationRatio: 1.5 }

/**
 * What a cold isolate has to load and to run before its first request. The evaluation is compared with that of bare Hono
 * and jose, in turns: what else the machine did concerns both.
 */
export async function measureStartUp(bundle, { onTurn }) {
  const bundleKib = gzipSync(readFileSync(bundle)).length / 1024
  const { kib } = await startUpCode()
  const [ours, bare] = [[], []]
  for (let run = 1; run <= RUNS; run += 1) {
    onTurn(`evaluation ${run} of ${RUNS}`)
    ours.push(await evaluationMs('wrangler.toml'))
    bare.push(await evaluationMs('tools/bench/limits/start-up.toml'))
  }
  const ratio = median(ours) / median(bare)
  return [
    figure('bundle, gzipped', 'KiB', bundleKib, [bundleKib, bundleKib], GOALS.bundleKib),
    figure('evaluated at start-up, minified', 'KiB', kib, [kib, kib], GOALS.codeKib),
    figure('evaluation at start-up', 'ms', median(ours), spread(ours), null),
    figure('the same of bare Hono and jose', 'ms', median(bare), spread(bare), null),
    figure('ratio of the two', '×', ratio, [ratio, ratio], GOALS.evaluationRatio),
  ]
}

function figure(name, unit, value, range, goal) {
  return { name, unit, value, spread: range, goal, isReached: goal === null || value <= goal }
}

/** The time in which workerd ran our code, as `wrangler check startup` profiles it; not the time in which it waited. */
async function evaluationMs(config) {
  const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-start-up-'))
  try {
    const file = path.join(folder, 'startup.cpuprofile')
    const args = ['check', 'startup', '--config', config, '--args=--minify', '--outfile', file]
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
