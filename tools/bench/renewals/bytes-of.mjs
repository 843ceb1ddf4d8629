import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileIn } from '../many/database.mjs'

/**
 * The bytes of each table and index of an idle D1 in a folder of Miniflare's, by SQLite's `dbstat`: whole pages, and of
 * these what is used. D1 itself does not answer `dbstat`, so a copy of its file is asked.
 */
export function bytesOf(folder) {
  const file = fileIn(folder)
  const copy = `${file}.copy`
  const parts = ['', '-wal'].filter((part) => existsSync(`${file}${part}`))
  for (const part of parts) copyFileSync(`${file}${part}`, `${copy}${part}`)
  const db = new DatabaseSync(copy)
  const rows = db
    .prepare(
      `SELECT tbl_name AS ofTable, name, sum(pgsize) AS pages, sum(pgsize - unused) AS used
      FROM dbstat JOIN sqlite_schema USING (name)
      WHERE tbl_name NOT LIKE '\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'sqlite%' GROUP BY name`,
    )
    .all()
  db.close()
  for (const part of ['', '-wal', '-shm']) rmSync(`${copy}${part}`, { force: true })
  return rows
}
