import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

/** Bytes stand as base64. */
export type Cell = string | number | null | { readonly base64: string }

export type KeptRow = Readonly<Record<string, Cell>>

/** Gives this file a database as a version left it, whose last migration is named, migrated to what there is today. */
export async function migrateFrom(
  lastMigration: string,
  tables: Readonly<Record<string, readonly KeptRow[]>>,
): Promise<void> {
  await dropTables()
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name <= lastMigration),
  )
  for (const [table, rows] of Object.entries(tables)) {
    // In place of what a migration has put there; entries are never deleted, and none puts one there.
    if (table !== 'entries') await env.DB.prepare(`DELETE FROM ${table}`).run()
    const statements = rows.map((row) => insertion(table, row))
    if (statements.length > 0) await env.DB.batch(statements)
  }
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
}

async function dropTables(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'`,
  ).all<{ name: string }>()
  await env.DB.batch(results.map(({ name }) => env.DB.prepare(`DROP TABLE ${name}`)))
}

function insertion(table: string, row: KeptRow): D1PreparedStatement {
  const columns = Object.keys(row)
  const places = columns.map(() => '?').join(', ')
  return env.DB.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`).bind(
    ...Object.values(row).map(valueOf),
  )
}

function valueOf(cell: Cell): string | number | null | Uint8Array {
  return typeof cell === 'object' && cell !== null ? Uint8Array.from(atob(cell.base64), codeOf) : cell
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
