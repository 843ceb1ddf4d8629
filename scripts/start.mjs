// From a fresh clone to a working ledger on this machine: install, key, migrations, server.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { isIdleSweep, startClock } from './clock.mjs'
import { installMissing } from './install-missing.mjs'
import { isListening } from './is-listening.mjs'
import { createLocalKey } from './local-key.mjs'
import { progress } from './progress.mjs'
import { giveUp } from './project.mjs'
import { noteServer, runningServers } from './running-servers.mjs'
import { screen } from './screen.mjs'
import { ended, startInside, startWrangler, stop } from './wrangler.mjs'

const READY_SECONDS_MAX = 60
const LINES_KEPT = 40

const port = Number(process.env.PORT || 8787)
const url = `http://localhost:${port}`

if (!Number.isInteger(port) || port < 1 || port > 65535) {
  giveUp(`PORT is not the number of a port: "${process.env.PORT}"`)
}
if (await isListening(port)) {
  giveUp(`Port ${port} is in use. End what listens there, or take another: PORT=${port + 1} npm start`)
}

for (const other of await runningServers()) warnOf(other)
noteServer(port)

await installMissing({ withDev: false })
await import('./docs-assets.mjs')
createLocalKey()
await progress('Applying the migrations to the local database', migrate)
await serve()

function warnOf(other) {
  console.warn(
    `Warning: process ${other.pid} serves this folder already, on http://localhost:${other.port}. Both write the same\n` +
      `local database, each as if nobody else did: end one of them, or clone the repository once more.\n`,
  )
}

async function migrate() {
  const migrations = startInside('node', ['scripts/migrate.mjs'], ['ignore', 'pipe', 'pipe'])
  stopWhenAsked(migrations)
  let said = ''
  for (const stream of [migrations.stdout, migrations.stderr]) stream.on('data', (text) => (said += text))
  const exitCode = await ended(migrations)
  if (exitCode !== 0) giveUp(`${said.trim()}\n\nThe migrations could not be applied.`, exitCode)
}

async function serve() {
  const address = ['--ip', '127.0.0.1', '--port', String(port)]
  // Without --test-scheduled wrangler warns that no cron trigger fires by itself locally: here our own clock fires them.
  const quiet = ['--show-interactive-dev-session=false', '--test-scheduled']
  const server = startWrangler(['dev', ...address, ...quiet], ['ignore', 'pipe', 'inherit'])
  stopWhenAsked(server)
  const said = onlyTheWorkersOwn(server.stdout)
  void progress('Starting the Worker', answers).then(() => {
    console.log(screen(url, port))
    startClock(url)
  })
  const exitCode = await ended(server)
  console.error(said.join('\n'))
  process.exit(exitCode)
}

/** Shows the lines of the Worker's log that tell something. What wrangler says besides is kept for the case that it dies. */
function onlyTheWorkersOwn(stream) {
  const said = []
  createInterface(stream).on('line', (line) => {
    if (isIdleSweep(line)) return
    if (line.startsWith('{')) return console.log(line)
    said.push(line)
    if (said.length > LINES_KEPT) said.shift()
  })
  return said
}

async function answers() {
  for (const deadline = Date.now() + READY_SECONDS_MAX * 1000; Date.now() < deadline; await sleep(100)) {
    const answer = await fetch(`${url}/healthz`).catch(() => null)
    if (answer?.ok) return
    if (answer) giveUp(`The Worker does not serve: ${await reasonOf(answer)}`)
  }
  giveUp(`The Worker did not answer within ${READY_SECONDS_MAX} seconds. What wrangler said of it is above.`)
}

async function reasonOf(answer) {
  const { title, detail } = await answer.json().catch(() => ({}))
  return detail ?? title ?? `GET /healthz answers ${answer.status}`
}

/** Ctrl-C is how one ends the server, so it is no failure. A second one does not wait. */
function stopWhenAsked(child) {
  let asked = false
  const onAsked = () => {
    if (asked) process.exit(0)
    asked = true
    child.once('close', () => process.exit(0))
    stop(child)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onAsked)

  // Whoever ends npm ends the shell between npm and us, and no signal arrives here: we only get another parent.
  if (process.env.npm_command === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    onAsked()
  }, 500)
  watch.unref()
}
