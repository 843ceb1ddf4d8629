import { env } from 'cloudflare:workers'

// All statements in one batch: applied one by one they take longer than most tests.
const statements = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries)
await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)))
