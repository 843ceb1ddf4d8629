import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import database from '../fixtures/shipped-4.0/database.json?raw'
import type { LedgerHead } from '../../src/ledger/submission.ts'
import type { ShippedAnswer } from './shipped.ts'

type Cell = string | number | null | { readonly base64: string }

/** A database as version 4.0 left it; `test/fixtures/shipped-4.0/README.md` says what each member is. */
interface ShippedDatabase {
  /** ISO 8601. */
  readonly now: string
  readonly users: Readonly<
    Record<string, { readonly head: LedgerHead; readonly seen: Readonly<Record<string, ShippedAnswer>> }>
  >
  readonly asked: readonly ShippedRequest[]
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>
}

/** A POST, and what it was answered. */
interface ShippedRequest {
  readonly path: string
  readonly key: string
  readonly request: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const shippedDatabase = JSON.parse(database) as ShippedDatabase

/** The last migration of version 4.0. */
const LAST_MIGRATION = '0008_moves.sql'

/** Gives this file a database that was filled by version 4.0 and then migrated to what there is today. */
export async function withShippedDatabase(): Promise<void> {
  await dropTables()
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name <= LAST_MIGRATION),
  )
  // A migration has made the one row of the catalog.
  await env.DB.prepare('DELETE FROM catalog').run()
  for (const [table, rows] of Object.entries(shippedDatabase.rows)) {
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

function insertion(table: string, row: Readonly<Record<string, Cell>>): D1PreparedStatement {
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
