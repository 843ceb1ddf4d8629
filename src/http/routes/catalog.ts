import type { Hono } from 'hono'
import { listCatalogChanges } from '../../app/catalog/changes.ts'
import {
  archiveFeature,
  getFeature,
  listFeatures,
  putFeature,
  updateFeature,
} from '../../app/catalog/features.ts'
import { archiveProduct, getProduct, listProducts, putProduct } from '../../app/catalog/products.ts'
import { versioned } from '../answers/versioned.ts'
import { conditionOf } from './condition-of.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Features and products. */
export function catalog(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'putFeature', async ({ params: { key }, body, ...asked }, c) => {
    const { isNew, feature } = await putFeature(services, key, body, contextOf(asked, c))
    return versioned(feature, isNew ? 201 : 200)
  })
  route(app, services, 'getFeature', async ({ params: { key } }) =>
    versioned(await getFeature(services, key)),
  )
  route(app, services, 'updateFeature', async ({ params: { key }, body, ...asked }, c) =>
    versioned(await updateFeature(services, key, body, contextOf(asked, c))),
  )
  route(app, services, 'archiveFeature', async ({ params: { key }, ...asked }, c) =>
    versioned(await archiveFeature(services, key, contextOf(asked, c))),
  )
  route(app, services, 'listFeatures', async ({ query }) =>
    Response.json(await listFeatures(services, query)),
  )

  route(app, services, 'putProduct', async ({ params: { productId }, body, ...asked }, c) => {
    const context = { isConfirmed: asked.query.confirm, ...contextOf(asked, c) }
    const { isNew, product } = await putProduct(services, productId, body, context)
    return versioned(product, isNew ? 201 : 200)
  })
  route(app, services, 'getProduct', async ({ params: { productId } }) =>
    versioned(await getProduct(services, productId)),
  )
  route(app, services, 'archiveProduct', async ({ params: { productId }, ...asked }, c) => {
    const context = { isConfirmed: asked.query.confirm, ...contextOf(asked, c) }
    return versioned(await archiveProduct(services, productId, context))
  })
  route(app, services, 'listProducts', async ({ query }) =>
    Response.json(await listProducts(services, query)),
  )

  route(app, services, 'listCatalogChanges', async ({ query }) =>
    Response.json(await listCatalogChanges(services, query)),
  )
}

interface AskedChange {
  readonly query: { readonly reason?: string | undefined }
  readonly headers: { readonly 'if-match'?: number | 'any' | undefined }
}

function contextOf({ query: { reason }, headers }: AskedChange, c: HttpContext) {
  return { condition: conditionOf(headers), actor: c.get('caller').subject, reason }
}
