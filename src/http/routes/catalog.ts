import type { Hono } from 'hono'
import { archiveFeature, getFeature, listFeatures, putFeature } from '../../app/catalog/features.ts'
import { archiveProduct, getProduct, listProducts, putProduct } from '../../app/catalog/products.ts'
import { versioned } from '../answers/versioned.ts'
import { conditionOf } from './condition-of.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Features and products. */
export function catalog(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'putFeature', async ({ params: { key }, headers, body }) => {
    const { isNew, feature } = await putFeature(services, key, body, conditionOf(headers))
    return versioned(feature, isNew ? 201 : 200)
  })
  route(app, services, 'getFeature', async ({ params: { key } }) =>
    versioned(await getFeature(services, key)),
  )
  route(app, services, 'archiveFeature', async ({ params: { key }, headers }) =>
    versioned(await archiveFeature(services, key, conditionOf(headers))),
  )
  route(app, services, 'listFeatures', async ({ query }) =>
    Response.json(await listFeatures(services, query)),
  )

  route(app, services, 'putProduct', async ({ params: { productId: id }, query, headers, body }) => {
    const terms = { isConfirmed: query.confirm, condition: conditionOf(headers) }
    const { isNew, product } = await putProduct(services, { id, ...body }, terms)
    return versioned(product, isNew ? 201 : 200)
  })
  route(app, services, 'getProduct', async ({ params: { productId } }) =>
    versioned(await getProduct(services, productId)),
  )
  route(app, services, 'archiveProduct', async ({ params: { productId }, headers }) =>
    versioned(await archiveProduct(services, productId, conditionOf(headers))),
  )
  route(app, services, 'listProducts', async ({ query }) =>
    Response.json(await listProducts(services, query)),
  )
}
