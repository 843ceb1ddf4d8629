import { listDurableObjectIds, reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

/** Makes the tables of a database that has none. All statements in one batch: one by one they take longer than most tests. */
export async function migrate(): Promise<void> {
  const statements = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries)
  await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)))
}

/** Forgets all that tests before have left in D1, KV and objects; users may stay whom nothing asks any more. */
export async function anEmptyLedger(): Promise<void> {
  await wake()
  await reset()
  await migrate()
}

/** What nobody has asked for ten seconds has left memory, and `reset` does not know of it. */
async function wake(): Promise<void> {
  const keepers = await listDurableObjectIds(env.KEEPERS)
  await Promise.all([
    env.DB.prepare('SELECT 1').run(),
    env.KV.get('nothing'),
    ...keepers.map((id) => runInDurableObject(env.KEEPERS.get(id), () => undefined)),
  ])
}
