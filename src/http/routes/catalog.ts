import type { Hono } from 'hono'
import * as z from 'zod'
import { featureToWire, productToWire } from '../../app/wire/catalog-to-wire.ts'
import { isMetered } from '../../domain/entitlements/feature.ts'
import { refusalToProblem } from '../../app/problems/refusal-to-problem.ts'
import {
  type CatalogFeature,
  archiveFeature,
  featureByKey,
  featurePage,
  putFeature,
} from '../../catalog/features.ts'
import { wakeForProduct } from '../../inbox/waits.ts'
import { type CatalogProduct, archiveProduct, productById, productPage } from '../../catalog/products.ts'
import { settlingSources } from '../../catalog/product-changes.ts'
import { putProduct } from '../../catalog/put-product.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { answerPage } from '../answers/page.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Features and products. */
export function catalog(app: Hono<HttpEnv>, services: Services): void {
  const { db, now, cursors, followUp } = services

  route(app, services, 'putFeature', async ({ params: { key }, body }) => {
    const { type, overage = 'deny', name = null, unit = null } = body
    const put = await putFeature(db, { key, type, overage, name, unit })
    if (put.type === 'type_differs') {
      const { type: itsType, overage: itsOverage } = put.feature
      const detail = `It is of type ${itsType}${isMetered(put.feature) ? ` and overage ${itsOverage}` : ''}`
      throw new HttpProblem('feature_type_differs', { detail })
    }
    return feature(put.feature, put.type === 'created' ? 201 : 200)
  })
  route(app, services, 'getFeature', async ({ params: { key } }) => feature(await featureByKey(db, key)))
  route(app, services, 'archiveFeature', async ({ params: { key } }) =>
    feature(await archiveFeature(db, key, now())),
  )
  route(app, services, 'listFeatures', ({ query }) =>
    answerPage(
      cursors,
      {
        of: { features: 'all' },
        read: (request) => featurePage(db, request),
        placeOf: ({ key }) => key,
        place: z.string(),
        toWire: featureToWire,
      },
      query,
    ),
  )

  route(app, services, 'putProduct', async ({ params: { productId: id }, query: { confirm }, body }) => {
    const put = await putProduct(db, { id, ...body }, confirm)
    if (!put.ok) {
      const { code, facts } = refusalToProblem(put.error)
      throw new HttpProblem(code, facts)
    }
    const at = now()
    for (const reference of put.value.mapped) await wakeForProduct(db, reference, at)
    followUp({ what: 'product', at })
    return product(db, put.value.product, put.value.created ? 201 : 200)
  })
  route(app, services, 'getProduct', async ({ params: { productId } }) =>
    product(db, await productById(db, productId)),
  )
  route(app, services, 'archiveProduct', async ({ params: { productId } }) =>
    product(db, await archiveProduct(db, productId, now())),
  )
  route(app, services, 'listProducts', ({ query }) =>
    answerPage(
      cursors,
      {
        of: { products: 'all' },
        read: (request) => productPage(db, request),
        placeOf: ({ id }) => id,
        place: z.string(),
        toWire: productToWire,
      },
      query,
    ),
  )
}

function feature(found: CatalogFeature | null, status = 200): Response {
  if (found === null) throw new HttpProblem('feature_not_found')
  return Response.json(featureToWire(found), { status, headers: { ETag: `"${found.version}"` } })
}

async function product(d1: D1Database, found: CatalogProduct | null, status = 200): Promise<Response> {
  if (found === null) throw new HttpProblem('product_not_found')
  const body = { ...productToWire(found), settling: { sources: await settlingSources(d1, found.id) } }
  return Response.json(body, { status, headers: { ETag: `"${found.version}"` } })
}
