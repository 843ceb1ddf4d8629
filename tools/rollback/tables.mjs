import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'

const { unstable_splitSqlQuery } = createRequire(import.meta.url)('wrangler')
const MIGRATIONS = path.join(PROJECT, 'migrations')

/** Applies the migrations after one and up to another, by their names; all of them when neither is told. */
export async function migrate(db, { after = '', upTo = '~' } = {}) {
  for (const file of readdirSync(MIGRATIONS).toSorted()) {
    if (file <= after || file > upTo) continue
    const statements = unstable_splitSqlQuery(readFileSync(path.join(MIGRATIONS, file), 'utf8'))
    await db.batch(statements.map((statement) => db.prepare(statement)))
  }
}

/** All that a database holds: table → `columns` and `rows`, where `{ base64 }` stands for bytes. */
export async function dump(db) {
  const { results } = await db
    .prepare(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'
         AND name NOT LIKE 'sqlite%' ORDER BY name`,
    )
    .all()
  const tables = {}
  for (const { name } of results) {
    const [columns, ...rows] = await db.prepare(`SELECT * FROM ${name}`).raw({ columnNames: true })
    tables[name] = { columns, rows: rows.map((row) => row.map(cellOf)) }
  }
  return tables
}

/** Puts what was dumped into tables, in place of what a migration has put there. */
export async function load(db, tables) {
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    const places = columns.map(() => '?').join(', ')
    const insert = db.prepare(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places})`)
    // Entries are never deleted, and no migration puts one there.
    const old = name === 'entries' ? [] : [db.prepare(`DELETE FROM ${name}`)]
    const statements = [...old, ...rows.map((row) => insert.bind(...row.map(valueOf)))]
    if (statements.length > 0) await db.batch(statements)
  }
}

function cellOf(value) {
  return Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof ArrayBuffer
    ? { base64: Buffer.from(value).toString('base64') }
    : value
}

function valueOf(cell) {
  return typeof cell === 'object' && cell !== null ? new Uint8Array(Buffer.from(cell.base64, 'base64')) : cell
}
