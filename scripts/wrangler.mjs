import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { PROJECT, giveUp } from './project.mjs'

// The project's own Node comes first: wrangler needs a newer one than a newcomer may have.
const PATH = [path.join(PROJECT, 'node_modules/.bin'), process.env.PATH].join(path.delimiter)

// Nothing is asked of anybody on the network, and nothing is printed that is not about the ledger.
const QUIET = {
  CI: '1',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
}

/** Has wrangler do something where all may see it. Ends where it does not succeed. */
export async function runWrangler(args, variables) {
  const exitCode = await ended(startInside('wrangler', args, 'inherit', variables))
  if (exitCode !== 0) giveUp(`wrangler ${args.join(' ')} did not succeed; what it said is above.`, exitCode)
}

/** What wrangler answers to a question, and all that it says besides. */
export async function askWrangler(args) {
  const wrangler = startInside('wrangler', args, ['ignore', 'pipe', 'pipe'])
  let answer = ''
  let said = ''
  wrangler.stdout.on('data', (text) => (answer += text))
  for (const stream of [wrangler.stdout, wrangler.stderr]) stream.on('data', (text) => (said += text))
  return { exitCode: await ended(wrangler), answer, said }
}

/** Starts wrangler for local work. */
export function startWrangler(args, stdio) {
  return startInside('wrangler', args, stdio)
}

/** Starts a program with the project's own Node. It leads a process group of its own, and the group ends when we do. */
export function startInside(command, args, stdio, variables = {}) {
  const isWindows = process.platform === 'win32'
  // There a shell is between, which takes words apart.
  const words = isWindows ? args.map((arg) => `"${arg}"`) : args
  const child = spawn(command, words, {
    cwd: PROJECT,
    env: { ...process.env, ...QUIET, PATH, ...variables },
    stdio,
    detached: !isWindows,
    shell: isWindows,
  })
  process.on('exit', () => stop(child, 'SIGKILL'))
  return child
}

/** Resolves with the exit code. */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

/** Asks wrangler and all that it started to end. Windows has no groups of processes, and no way to ask. */
export function stop(child, signal = 'SIGTERM') {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'])
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch {
    // They have ended already.
  }
}
