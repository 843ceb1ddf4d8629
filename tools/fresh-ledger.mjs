// A ledger as `npm start` serves it, by `wrangler dev`, on an empty database of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLocalKey } from '../scripts/local-key.mjs'
import { PROJECT } from '../scripts/project.mjs'
import { ended, startWrangler, stop } from '../scripts/wrangler.mjs'
import { freePort } from './bench/free-port.mjs'

const READY_SECONDS_MAX = 60

/** Resolves once it answers, with its address, a token for everything, and a way to end it. `PORT` is the port it takes. */
export async function startFreshLedger() {
  const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-fresh-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  createLocalKey()
  script('scripts/docs-assets.mjs')
  script('scripts/migrate.mjs', folder)

  const port = Number(process.env.PORT || (await freePort()))
  const args = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--persist-to', folder]
  const server = startWrangler(
    ['dev', ...args, '--show-interactive-dev-session=false', '--test-scheduled'],
    ['ignore', 'ignore', 'inherit'],
  )
  const url = `http://localhost:${port}`
  await answers(url, server)
  return {
    url,
    token: script('scripts/token.mjs', '--sub', 'somebody', '--all').trim(),
    async stop() {
      stop(server)
      await ended(server)
    },
  }
}

async function answers(url, server) {
  for (const deadline = Date.now() + READY_SECONDS_MAX * 1000; Date.now() < deadline; await sleep(100)) {
    if (server.exitCode !== null) throw new Error('wrangler dev has ended. What it said is above.')
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
  }
  throw new Error(`The ledger was not ready within ${READY_SECONDS_MAX} seconds.`)
}

function script(file, ...args) {
  return execFileSync(process.execPath, [file, ...args], { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' })
}
