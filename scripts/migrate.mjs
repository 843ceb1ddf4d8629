// Applies the migrations that the local database lacks in one start of workerd; `wrangler d1 migrations apply` starts one
// for each. What is applied is kept in the table of that command, so that each finds what the other has done. An argument is
// the folder of another database than that of `npm start`, as `wrangler dev --persist-to` takes it.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { getPlatformProxy, unstable_splitSqlQuery } from 'wrangler'
import { PROJECT } from './project.mjs'

const FOLDER = path.join(PROJECT, 'migrations')
const APPLIED_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

const [, , folder] = process.argv
const persist = folder === undefined ? true : { path: path.join(folder, 'v3') }
const { env, dispose } = await getPlatformProxy({ remoteBindings: false, persist })
try {
  await migrate(env.DB)
} finally {
  await dispose()
}

async function migrate(db) {
  await db.prepare(APPLIED_TABLE).run()
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all()
  const applied = new Set(results.map(({ name }) => name))
  for (const file of readdirSync(FOLDER).toSorted()) {
    if (applied.has(file)) continue
    const statements = unstable_splitSqlQuery(readFileSync(path.join(FOLDER, file), 'utf8'))
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(file),
    ])
  }
}
