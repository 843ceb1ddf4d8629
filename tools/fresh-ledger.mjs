// A ledger as `npm start` serves it, by `wrangler dev`, on an empty database of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLocalKey } from '../scripts/local-key.mjs'
import { PROJECT } from '../scripts/project.mjs'
import { ended, startWrangler, stop } from '../scripts/wrangler.mjs'
import { freePort } from './bench/free-port.mjs'
import { untilAnswers } from './until-answers.mjs'

/**
 * Resolves once it answers, with its address, a token for everything, what makes a user's own, and a way to end it. `port` is the one it
 * takes, `PORT` or any that is free when left out, and `variables` what it is told besides.
 */
export async function startFreshLedger({ port: given = process.env.PORT, variables = {} } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-fresh-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  createLocalKey()
  script('scripts/docs-assets.mjs')
  script('scripts/migrate.mjs', folder)

  const port = Number(given || (await freePort()))
  const args = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--persist-to', folder]
  const told = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  const server = startWrangler(
    ['dev', ...args, ...told, '--show-interactive-dev-session=false', '--test-scheduled'],
    ['ignore', 'ignore', 'inherit'],
  )
  const url = `http://localhost:${port}`
  await untilAnswers(`${url}/readyz`, server)
  return {
    url,
    token: script('scripts/token.mjs', '--sub', 'somebody', '--all').trim(),
    tokenOf: (userId) => script('scripts/token.mjs', '--sub', userId).trim(),
    async stop() {
      stop(server)
      await ended(server)
    },
  }
}

function script(file, ...args) {
  return execFileSync(process.execPath, [file, ...args], { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' })
}
