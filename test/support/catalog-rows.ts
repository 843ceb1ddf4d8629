import { env } from 'cloudflare:workers'

/** Puts so many features `f1`… or products `p1`… straight into D1, of which the first is archived. */
export async function withCatalogRows(table: 'features' | 'products', count: number): Promise<void> {
  const columns = table === 'features' ? 'key, type' : 'id, name, features'
  const values = table === 'features' ? "'f' || value, 'boolean'" : "'p' || value, 'P', '[]'"
  await env.DB.prepare(
    `INSERT INTO ${table} (${columns}, archived_at, version)
     SELECT ${values}, iif(value = 1, 1000, NULL), 1 FROM json_each(?)`,
  )
    .bind(JSON.stringify(Array.from({ length: count }, (_, index) => index + 1)))
    .run()
}
