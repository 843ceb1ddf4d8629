import database from '../fixtures/shipped-4.0/database.json?raw'
import type { LedgerHead } from '../../src/ledger/submission.ts'
import { type KeptRow, migrateFrom } from './migrated-database.ts'
import type { ShippedAnswer } from './shipped.ts'

/** A database as version 4.0 left it; `test/fixtures/shipped-4.0/README.md` says what each member is. */
interface ShippedDatabase {
  /** ISO 8601. */
  readonly now: string
  readonly users: Readonly<
    Record<string, { readonly head: LedgerHead; readonly seen: Readonly<Record<string, ShippedAnswer>> }>
  >
  readonly asked: readonly ShippedRequest[]
  readonly rows: Readonly<Record<string, readonly KeptRow[]>>
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
export function withShippedDatabase(): Promise<void> {
  return migrateFrom(LAST_MIGRATION, shippedDatabase.rows)
}
