import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { PROJECT } from './project.mjs'

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

/** Starts wrangler for local work. */
export function startWrangler(args, stdio) {
  return startInside('wrangler', args, stdio)
}

/** Starts a program with the project's own Node. It leads a process group of its own, and the group ends when we do. */
export function startInside(command, args, stdio) {
  const child = spawn(command, args, {
    cwd: PROJECT,
    env: { ...process.env, ...QUIET, PATH },
    stdio,
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
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
