import { env } from 'cloudflare:workers'

/** Changes the catalog in D1 as a version of its own. */
export async function changeCatalog(sql: string, ...values: readonly unknown[]): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(sql).bind(...values),
    env.DB.prepare('UPDATE catalog SET version = version + 1'),
  ])
}
