import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Counted, askAll } from '../../../tools/bench/many/src/ask-all.ts'
import { fill } from '../../../tools/bench/many/src/fill.ts'
import { HEAVY } from '../../../tools/bench/many/src/users.ts'

/**
 * How many more rows may be read, which is few beside what there is more. A copy that has bought is given that anew by
 * its next renewal, under ids of its own: that is most of it.
 */
const SLACK_ROWS = 15

const USERS = 80

/** How many times as much there is in the end. Even, so that those in the middle are others than before. */
const TIMES = 50

let small: readonly Counted[] = []
let large: readonly Counted[] = []

beforeAll(async () => {
  await fill(env.DB, { users: USERS, entries: 10 * USERS }, () => undefined)
  small = await askAll({ d1: env.DB, users: USERS })
  await multiply()
  large = await askAll({ d1: env.DB, users: TIMES * USERS })
}, 120_000)

/** Copies all that users have to further users, past the ledger: that is a matter of moments. */
async function multiply(): Promise<void> {
  const tables = ['entries', 'notes', 'receipts', 'entitlements', 'lots', 'sources', 'source_references']
  const further = Array.from({ length: TIMES - 1 }, (_, index) => index + 1)
  const statements = [
    ...(await Promise.all([...tables, 'refs', 'names', 'customers', 'inbox'].map(copiesOfUsers))),
    `INSERT INTO entries SELECT user_id, seq + value * (SELECT max(seq) FROM entries WHERE user_id = '${HEAVY}'),
      bytes, hash FROM entries, json_each(?1) WHERE user_id = '${HEAVY}' ORDER BY 2`,
    `INSERT INTO features SELECT features.key || '-' || value, features.type, name, archived_at, version, unit, overage, combine, disabled_at, held, window_ms, spends,
        overage_max
      FROM features, json_each(?1)`,
    `INSERT INTO products SELECT products.id || '-' || value, name, features, archived_at, version, duration, everyone
      FROM products, json_each(?1)`,
    `INSERT INTO product_references SELECT provider, account, ref || '-' || value, product_id || '-' || value
      FROM product_references, json_each(?1)`,
  ]
  await env.DB.batch(statements.map((sql) => env.DB.prepare(sql).bind(JSON.stringify(further))))
}

/** The statement that copies the rows of users in one table: wherever it names a user, the copy names another. */
async function copiesOfUsers(table: string): Promise<string> {
  const { results } = await env.DB.prepare(`SELECT name, type FROM pragma_table_info(?)`)
    .bind(table)
    .all<{ name: string; type: string }>()
  const number = `value * ${USERS} + CAST(substr(user_id, 6) AS INTEGER)`
  const values = results.map(({ name, type }) => {
    if (table === 'inbox' && name === 'id') return `${table}.id || '-' || value`
    return type === 'TEXT'
      ? `replace(${table}.${name}, user_id, printf('many-%07d', ${number}))`
      : `${table}.${name}`
  })
  const order = results.some(({ name }) => name === 'seq') ? 'ORDER BY user_id, value, seq' : ''
  const names = results.map(({ name }) => name).join(', ')
  return `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM ${table}, json_each(?1)
    WHERE user_id LIKE 'many-0%' ${order}`
}

describe('with fifty times as many users and entries', () => {
  it('a check, a change and each page of each query read no more rows', async () => {
    const { results } = await env.DB.prepare('SELECT count(*) AS entries FROM entries').all<{
      entries: number
    }>()
    expect(results[0]?.entries).toBeGreaterThan(10 * USERS * TIMES)
    const grown = large
      .map((counted, index) => ({ ...counted, before: small[index]?.rowsRead ?? 0 }))
      .filter(({ most, rowsRead, before }) => rowsRead > (most ?? before + SLACK_ROWS))
    expect(grown).toEqual([])
    expect(large.length).toBeGreaterThan(60)
  })
})
