import { env } from 'cloudflare:workers'

/** All that D1 has of a user, as JSON, by table. */
export async function rowsOfUser(userId: string): Promise<ReadonlyMap<string, string>> {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%user_id%' ORDER BY name`,
  ).all<{ name: string }>()
  const found = new Map<string, string>()
  for (const { name } of tables.results) {
    const { results } = await env.DB.prepare(`SELECT * FROM ${name} WHERE user_id = ?1`).bind(userId).all()
    found.set(name, JSON.stringify(results))
  }
  return found
}
