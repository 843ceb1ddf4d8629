import { env } from 'cloudflare:workers'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aUser } from './user.ts'

/** A source of a new user at Stripe, as it is claimed, and a product of its own that gives `export`. */
export async function aMappedSource() {
  const product = `price_${crypto.randomUUID()}`
  const references = [{ provider: 'stripe', ref: product }]
  const features = [{ feature: 'export' }]
  await putProduct(env.DB, { id: product, name: 'Pro', features, references }, true)
  const [userId, ref] = [aUser(), crypto.randomUUID()]
  const insert = 'INSERT INTO refs (provider, account, id, user_id, source_ref) VALUES (?1, ?2, ?3, ?4, ?3)'
  await env.DB.prepare(insert).bind('stripe', '', ref, userId).run()
  return { userId, ref, product }
}
