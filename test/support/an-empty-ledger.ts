import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

/** Makes the tables of a database that has none. All statements in one batch: one by one they take longer than most tests. */
export async function migrate(): Promise<void> {
  const statements = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries)
  await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)))
}

/** Forgets all that tests before have left in D1, KV and objects. */
export async function anEmptyLedger(): Promise<void> {
  await reset()
  await migrate()
}
