import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'

// The Miniflare that `wrangler dev` itself uses, with its simulators of D1 and KV.
const require = createRequire(import.meta.url)
const { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } = require('wrangler')
const { Miniflare, convertV4MiniflareOptions } = createRequire(require.resolve('wrangler'))('miniflare')

/** In memory where there is such a place: how fast a disk can be waited for is not what is asked. */
const DATA = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const folders = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/**
 * Starts a bundle on workerd with a D1, a KV and Durable Objects of its own, on disk. Each of its `sockets`, port by
 * entrypoint, leads directly to workerd, past what `wrangler dev` puts before it.
 */
export async function startServer({ bundle, config, bindings, sockets }) {
  const folder = mkdtempSync(path.join(DATA, 'entitlement-ledger-bench-'))
  folders.push(folder)
  const before = children()
  const miniflare = await startMiniflare({ bundle, config, bindings, sockets, folder })
  const processes = children().filter((id) => !before.includes(id))
  const db = await miniflare.getD1Database('DB')
  await migrate(db)
  return {
    db,
    kv: await miniflare.getKVNamespace('KV'),
    folder,
    sockets,
    scheduled: async (cron) => (await miniflare.getWorker()).scheduled({ cron }),
    cpuMs: () => cpuMsOf(processes),
    stop: () => miniflare.dispose(),
  }
}

/** The same, with what is stored in a folder that may hold something already. */
export async function startMiniflare({ bundle, config, bindings, sockets, folder }) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(path.join(PROJECT, config))
  const { modulesRules: _rules, assets: _assets, cronTriggers: _crons, ...options } = workerOptions
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      rootPath: path.dirname(bundle), // a module outside of it has no name in workerd
      modules: [{ type: 'ESModule', path: bundle }],
      bindings: { ...options.bindings, ...bindings },
      unsafeDirectSockets: Object.entries(sockets).map(([entrypoint, port]) => ({
        host: '127.0.0.1',
        port,
        entrypoint,
      })),
      resourcePersistencePath: folder,
      cf: false,
      logRequests: false,
      handleStructuredLogs: () => undefined,
    }),
  )
  await miniflare.ready
  return miniflare
}

/** Gives a database that holds nothing its tables. */
export async function migrate(db) {
  const folder = path.join(PROJECT, 'migrations')
  for (const file of readdirSync(folder).toSorted()) {
    const statements = unstable_splitSqlQuery(readFileSync(path.join(folder, file), 'utf8'))
    await db.batch(statements.map((statement) => db.prepare(statement)))
  }
}

/** The processes that this one has started, where the system tells. */
function children() {
  const file = `/proc/${process.pid}/task/${process.pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : []
}

/** The time for which any thread of the processes has run, in milliseconds; `NaN` where the system does not tell. */
function cpuMsOf(processes) {
  if (processes.length === 0) return NaN
  const threads = processes.flatMap((id) =>
    readdirSync(`/proc/${id}/task`).map((thread) => `/proc/${id}/task/${thread}`),
  )
  return threads.reduce(
    (sum, thread) => sum + Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  )
}
