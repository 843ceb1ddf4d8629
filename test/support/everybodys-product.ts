import { env } from 'cloudflare:workers'
import { publishedCatalog } from './a-changing-catalog.ts'

/** What a product says of a feature besides its key. */
type Terms =
  | { readonly type: 'boolean' }
  | { readonly type: 'config'; readonly value: unknown }
  | { readonly type: 'metered'; readonly amount: number; readonly reset?: object }

/** A product that everybody has, of new features with these terms. D1 and KV know it; isolates that know the catalog do not yet. */
export async function everybodysProduct(all: readonly Terms[], percent = 100) {
  const product = `free-${crypto.randomUUID()}`
  const keys = all.map(({ type }) => `${type}-${crypto.randomUUID()}`)
  const features = JSON.stringify(all.map((terms, index) => ({ feature: keys[index], ...terms })))
  const share = JSON.stringify({ percent, seed: product })
  await env.DB.batch([
    env.DB.prepare('UPDATE catalog SET version = version + 1'),
    ...all.map(({ type }, index) =>
      env.DB.prepare('INSERT INTO features (key, type, version) VALUES (?, ?, 1)').bind(keys[index], type),
    ),
    env.DB.prepare(
      'INSERT INTO products (id, name, features, everyone, version) VALUES (?1, ?1, ?2, ?3, 1)',
    ).bind(product, features, share),
  ])
  await publishedCatalog()
  return { product, keys }
}
