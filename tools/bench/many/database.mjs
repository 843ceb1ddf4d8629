import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { monthlyEvents } from '../renewals/monthly-events.mjs'
import { startMiniflare, migrate } from '../servers.mjs'
import { importBuilt } from './node-bundle.mjs'
import { digestAtOnce } from './quick-digest.mjs'
import { sqliteD1 } from './sqlite-d1.mjs'

const CONFIG = 'tools/bench/many/wrangler.toml'

/**
 * Makes a database of Miniflare's in a folder, and fills it. Answers how large it is without the subscribers of years, and
 * with them.
 */
export async function makeDatabase({ bundle, folder, size, onEntries, onEvents }) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const miniflare = await startMiniflare({ bundle, config: CONFIG, bindings: {}, sockets: {}, folder })
  await migrate(await miniflare.getD1Database('DB'))
  await miniflare.dispose()

  const file = fileIn(folder)
  const { fill } = await importBuilt('tools/bench/many/src/fill.ts')
  const { fillSubscribers } = await importBuilt('tools/bench/many/src/subscribers.ts')
  digestAtOnce()
  const log = console.info
  console.info = () => undefined // every event says that it was processed
  await write(file, (d1) => fill(d1, size, onEntries))
  const without = sizesOf(file)
  await write(file, (d1) => fillSubscribers(d1, size, monthlyEvents, onEvents))
  console.info = log
  return { without, sizes: sizesOf(file) }
}

async function write(file, work) {
  const d1 = sqliteD1(file)
  await work(d1)
  d1.close()
}

/** Starts the Worker that asks, on a folder that holds a database. */
export async function serve({ bundle, folder, port }) {
  return startMiniflare({ bundle, config: CONFIG, bindings: {}, sockets: { default: port }, folder })
}

/** How many rows and bytes each table has, its indexes among them, and the file as a whole. */
function sizesOf(file) {
  const db = new DatabaseSync(file, { readOnly: true })
  const tables = db
    .prepare(
      `SELECT tbl_name AS name, sum(pgsize) AS bytes,
        sum(iif(type = 'index', pgsize, 0)) AS indexBytes
      FROM dbstat JOIN sqlite_schema USING (name) WHERE tbl_name NOT LIKE '\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'sqlite%'
      GROUP BY tbl_name ORDER BY bytes DESC`,
    )
    .all()
    .map((table) => ({ ...table, rows: db.prepare(`SELECT count(*) AS rows FROM ${table.name}`).get().rows }))
  db.close()
  return { bytes: statSync(file).size, tables: tables.filter(({ rows }) => rows > 0) }
}

/** The file of the one D1 in a folder of Miniflare's. */
export function fileIn(folder) {
  const found = readdirSync(folder, { recursive: true }).filter(
    (name) =>
      name.includes('D1DatabaseObject') && name.endsWith('.sqlite') && !name.endsWith('metadata.sqlite'),
  )
  if (found.length !== 1) throw new Error(`Which is the file of D1: ${found.join(', ')}?`)
  return path.join(folder, found[0])
}
