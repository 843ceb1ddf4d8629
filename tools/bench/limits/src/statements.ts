import type { EventRow, Row, Written } from './env.ts'

/** What the ledger's object sends for a grant: a guard, and a statement for the rows of each kind. */
export function grantStatements(d1: D1Database, written: Written, userId: string, seq: number) {
  return [guard(d1), ...inserts(d1, written, userId, seq)]
}

/** And for a purchase: one more guard, and what is named of the source no longer goes. */
export function renewalStatements(d1: D1Database, written: Written, userId: string, seq: number) {
  const source = JSON.stringify([['stripe', '', `sub_${userId}`]])
  const named = (written['source_references'] ?? []).map((row) => [
    row['provider'],
    row['account'],
    row['ref'],
    row['reference'],
  ])
  const forget = d1
    .prepare(
      `DELETE FROM source_references
       WHERE user_id = ?1 AND (provider, account, ref) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2))
       AND NOT (provider, account, ref, reference) IN
         (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3))`,
    )
    .bind(userId, source, JSON.stringify(named))
  return [guard(d1), ownerGuard(d1, userId, source), forget, ...inserts(d1, written, userId, seq)]
}

/** That an event was applied, and what came of it, as the ledger wrote it. */
export function conclusionStatement(
  d1: D1Database,
  inboxId: string,
  { versions, user_id: userId }: EventRow,
) {
  return d1
    .prepare(
      `UPDATE inbox SET state = 'applied', user_id = ?2, versions = ?3, next_attempt_at = NULL WHERE id = ?1`,
    )
    .bind(inboxId, userId, versions)
}

function guard(d1: D1Database): D1PreparedStatement {
  return d1.prepare('INSERT INTO guards (holds) SELECT 0 WHERE (SELECT version FROM catalog) <> ?1').bind(0)
}

/** The same look-up; nobody owns anything here. */
function ownerGuard(d1: D1Database, userId: string, source: string): D1PreparedStatement {
  return d1
    .prepare(
      `INSERT INTO guards (holds) SELECT 0 FROM json_each(?2) AS one WHERE EXISTS (SELECT 1 FROM refs
         WHERE refs.provider = one.value ->> 0 AND refs.account = one.value ->> 1
         AND refs.source_ref = one.value ->> 2 AND refs.user_id = ?1)`,
    )
    .bind(userId, source)
}

function inserts(d1: D1Database, written: Written, userId: string, seq: number): D1PreparedStatement[] {
  return Object.entries(written).map(([table, rows]) =>
    d1
      .prepare(insertSql(table, rows))
      .bind(JSON.stringify(rows.map((row, index) => renamed(row, userId, seq + index)))),
  )
}

/** As if the user had written it at that place. */
function renamed(row: Row, userId: string, seq: number): Row {
  return {
    ...row,
    user_id: userId,
    ...('seq' in row ? { seq } : {}),
    ...('key' in row ? { key: `limit:${String(seq).padStart(40, '0')}` } : {}),
    ...('allowance' in row && row['provider'] === 'api'
      ? { id: `ent_${String(seq).padStart(32, '0')}` }
      : {}),
  }
}

/** What is there already is written over, or stays where it says the same. */
const MODES: Readonly<Record<string, string>> = {
  entitlements: 'INSERT OR REPLACE',
  sources: 'INSERT OR REPLACE',
  source_references: 'INSERT OR IGNORE',
}

const sqlByTable = new Map<string, string>()

function insertSql(table: string, rows: readonly Row[]): string {
  const known = sqlByTable.get(table)
  if (known !== undefined) return known
  const columns = Object.keys(rows[0] ?? {})
  const values = columns.map((name) => `value ->> '$.${name}'`)
  const sql = `${MODES[table] ?? 'INSERT'} INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?1)`
  sqlByTable.set(table, sql)
  return sql
}
