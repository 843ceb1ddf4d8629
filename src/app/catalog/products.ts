import * as z from 'zod'
import type { Condition } from '../../domain/values/condition.ts'
import { settlingSources } from '../../catalog/product-changes.ts'
import {
  type CatalogProduct,
  archiveProduct as archive,
  productById,
  productPage,
} from '../../catalog/products.ts'
import { type NewProduct, type ProductRefusal, putProduct as put } from '../../catalog/put-product.ts'
import { wakeForProduct } from '../../inbox/waits.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { refusalToProblem } from '../problems/refusal-to-problem.ts'
import type { AppServices } from '../services.ts'
import { productToWire } from '../wire/catalog-to-wire.ts'
import { restingOn } from '../resting-on.ts'

/**
 * Creates or replaces a product, wakes what waits for what stands for it, and has the purchases of it follow. Throws what
 * `refusalToProblem` makes of the catalog's refusal, or `precondition_failed`.
 */
export async function putProduct(
  { db, now, checkout, waitUntil }: Pick<AppServices, 'db' | 'now' | 'checkout' | 'waitUntil'>,
  product: NewProduct,
  { isConfirmed, condition }: { readonly isConfirmed: boolean; readonly condition: Condition },
) {
  const outcome = await restingOn(put(db, product, isConfirmed, condition))
  if (!outcome.ok) throw problemOfPut(outcome.error)
  const { isNew, product: known, mapped } = outcome.value
  const at = now()
  for (const reference of mapped) await wakeForProduct(db, reference, at)
  waitUntil(checkout.followUp({ what: 'product', at }))
  return { isNew, product: await inFull(db, known) }
}

/** Throws `product_not_found`. */
export async function getProduct({ db }: Pick<AppServices, 'db'>, id: string) {
  return inFull(db, await productById(db, id))
}

/** Archives a product: it is no longer sold, and what was bought stays. Throws `product_not_found` or `precondition_failed`. */
export async function archiveProduct(
  { db, now }: Pick<AppServices, 'db' | 'now'>,
  id: string,
  condition: Condition,
) {
  return inFull(db, await restingOn(archive(db, id, now(), condition)))
}

/** All products, in the order of their ids. */
export function listProducts({ db, cursors }: Pick<AppServices, 'db' | 'cursors'>, query: PageQuery) {
  return pageOf(
    cursors,
    {
      of: { products: 'all' },
      read: (request) => productPage(db, request),
      placeOf: ({ id }) => id,
      place: z.string(),
      toWire: productToWire,
    },
    query,
  )
}

/** A product is put without a key, so that the same request may be sent again. */
function problemOfPut(refusal: ProductRefusal): ProblemError {
  const { code, facts } = refusalToProblem(refusal)
  if (refusal.code !== 'feature_unknown') return new ProblemError(code, facts)
  return new ProblemError(code, {
    detail: `Cannot find "${refusal.feature}": create the feature, then send this again`,
  })
}

/** A product with how far its last change has come. */
async function inFull(d1: D1Database, product: CatalogProduct | null) {
  if (product === null) throw new ProblemError('product_not_found')
  return { ...productToWire(product), settling: { sources: await settlingSources(d1, product.id) } }
}
