import { getTableName, is } from 'drizzle-orm'
import { SQLiteTable, getTableConfig } from 'drizzle-orm/sqlite-core'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import * as ofTheCatalog from '../../src/schema/catalog-tables.ts'
import * as acrossUsers from '../../src/schema/shared-tables.ts'
import * as ofOneUser from '../../src/schema/user-tables.ts'
import { recordedOf } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

const tables = Object.values({ ...ofOneUser, ...acrossUsers, ...ofTheCatalog }).filter((value) =>
  is(value, SQLiteTable),
)
const TYPES: Record<string, string> = {
  SQLiteText: 'TEXT',
  SQLiteInteger: 'INTEGER',
  SQLiteBoolean: 'INTEGER',
  SQLiteBlobBuffer: 'BLOB',
}

async function all(sql: string): Promise<Record<string, unknown>[]> {
  return (await env.DB.prepare(sql).all()).results
}

describe('the Drizzle schema', () => {
  it('knows the tables of the migrations and no others', async () => {
    const found = await all(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name <> 'd1_migrations'`,
    )
    expect(found.map(({ name }) => String(name)).toSorted()).toEqual(tables.map(getTableName).toSorted())
  })

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    'mirrors the columns of %s',
    async (name, table) => {
      const { columns, primaryKeys } = getTableConfig(table)
      const composite = primaryKeys.flatMap(({ columns: keys }) => keys.map((key) => key.name))
      const mirrored = columns.map((column) => ({
        name: column.name,
        type: TYPES[column.columnType],
        notnull: column.notNull ? 1 : 0,
        pk: column.primary ? 1 : composite.indexOf(column.name) + 1,
      }))
      const found = await all(`SELECT name, type, "notnull", pk FROM pragma_table_info('${name}')`)
      // SQLite tells no NOT NULL of a rowid alias, which cannot be null.
      const rowidAlias = found.find(
        ({ type, pk, notnull }) => type === 'INTEGER' && pk === 1 && notnull === 0,
      )
      if (rowidAlias !== undefined) rowidAlias['notnull'] = 1
      expect(found).toEqual(mirrored)
    },
  )

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    'mirrors the indexes of %s',
    async (name, table) => {
      const mirrored = getTableConfig(table).indexes.map(({ config }) => ({
        name: config.name,
        columns: config.columns.map((column) => ('name' in column ? column.name : null)).join(', '),
        partial: config.where === undefined ? 0 : 1,
      }))
      const found = await all(
        `SELECT name, partial, (SELECT group_concat(name, ', ') FROM pragma_index_info(list.name)) AS columns
       FROM pragma_index_list('${name}') AS list WHERE origin = 'c' ORDER BY name DESC`,
      )
      const byName = (a: { name?: unknown }, b: { name?: unknown }) =>
        String(a.name) < String(b.name) ? -1 : 1
      expect(found.toSorted(byName)).toEqual(mirrored.toSorted(byName))
    },
  )
})

describe('the database', () => {
  it('holds STRICT tables only, so that no amount becomes a text', async () => {
    const loose = await all(
      `SELECT name FROM pragma_table_list WHERE strict = 0 AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name <> 'd1_migrations'`,
    )
    expect(loose).toEqual([])
  })

  it.each([
    ['an UPDATE', `UPDATE entries SET bytes = 'x' WHERE user_id = ?1`],
    ['a DELETE', `DELETE FROM entries WHERE user_id = ?1`],
    [
      'a REPLACE',
      `REPLACE INTO entries (user_id, seq, bytes, hash) VALUES (?1, 1, 'x', '${'0'.repeat(64)}')`,
    ],
    [
      'an upsert',
      `INSERT INTO entries (user_id, seq, bytes, hash) VALUES (?1, 1, 'x', '${'0'.repeat(64)}') ON CONFLICT DO UPDATE SET bytes = 'x'`,
    ],
    [
      'an INSERT OR IGNORE',
      `INSERT OR IGNORE INTO entries (user_id, seq, bytes, hash) VALUES (?1, 1, 'x', '${'0'.repeat(64)}')`,
    ],
    ['a gap', `INSERT INTO entries (user_id, seq, bytes, hash) VALUES (?1, 3, 'x', '${'0'.repeat(64)}')`],
  ])('refuses %s of entries', async (_name, sql) => {
    const userId = aUser()
    const insert = `INSERT INTO entries (user_id, seq, bytes, hash) VALUES (?1, 1, '{}', '${'a'.repeat(64)}')`
    await env.DB.prepare(insert).bind(userId).run()
    await expect(env.DB.prepare(sql).bind(userId).run()).rejects.toThrow(/entries (are never|follow)/)
    expect((await recordedOf(userId)).seqs).toEqual([1])
  })
})

describe('the migrations', () => {
  const files: Record<string, string> = import.meta.glob('../../migrations/*.sql', {
    query: '?raw',
    import: 'default',
    eager: true,
  })

  // `wrangler d1 migrations apply --remote` splits a file at semicolons, and a local run does not show it.
  it('keep each trigger alone in its file, in the form that remote D1 splits correctly', () => {
    const triggers = Object.entries(files).filter(([, sql]) => /CREATE TRIGGER/i.test(sql))
    expect(triggers).toHaveLength(5)
    const isSafe = (sql: string) =>
      sql.split('CREATE ').length === 2 &&
      /\nBEGIN\n {2}[^;]+;\nEND;\n$/.test(sql) &&
      !/\r|\bCASE\b/.test(sql)
    expect(triggers.filter(([, sql]) => !isSafe(sql)).map(([file]) => file)).toEqual([])
  })
})
