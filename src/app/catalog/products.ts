import * as z from 'zod'
import { settlingSources } from '../../catalog/product-changes.ts'
import {
  type CatalogProduct,
  archiveProduct as archive,
  productById,
  productPage,
} from '../../catalog/products.ts'
import { type ProductRefusal, putProduct as put } from '../../catalog/put-product.ts'
import type { putProductBody } from '../../contract/schemas/catalog.ts'
import type { Share } from '../../domain/catalog/share.ts'
import { wakeForProduct } from '../../inbox/waits.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { refusalToError } from '../problems/refusal-to-error.ts'
import type { AppServices } from '../services.ts'
import { productToWire } from '../wire/catalog-to-wire.ts'
import { restingOn } from '../resting-on.ts'
import { type ChangeContext, type ChangeServices, publishChange, changeTermsOf } from './change-context.ts'

interface ProductContext extends ChangeContext {
  /** Whether the change may take something away. */
  readonly isConfirmed: boolean
}

/**
 * Creates or replaces a product, wakes what waits for what stands for it, and has the purchases of it follow. Throws what
 * `refusalToError` makes of the catalog's refusal, or `precondition_failed`.
 */
export async function putProduct(
  services: ChangeServices & Pick<AppServices, 'checkout'>,
  id: string,
  { everyone, ...body }: z.output<typeof putProductBody>,
  context: ProductContext,
) {
  const { db, now, checkout, waitUntil } = services
  const product = { id, ...body, everyone: everyone === undefined ? undefined : shareOf(everyone, id) }
  const outcome = await restingOn(put(db, product, context.isConfirmed, changeTermsOf(services, context)))
  if (!outcome.ok) throw problemOfPut(outcome.error)
  const { isNew, isChanged, product: known, mapped } = outcome.value
  const at = now()
  for (const reference of mapped) await wakeForProduct(db, reference, at)
  waitUntil(checkout.followUp({ what: 'product', at }))
  if (isChanged) await publishChange(services)
  return { isNew, product: await inFull(db, known) }
}

/** Throws `product_not_found`. */
export async function getProduct({ db }: Pick<AppServices, 'db'>, id: string) {
  return inFull(db, await productById(db, id))
}

/**
 * Archives a product: it is no longer sold, what was bought stays, and nobody has it as one of everybody. Throws
 * `product_not_found`, `would_revoke` or `precondition_failed`.
 */
export async function archiveProduct(services: ChangeServices, id: string, context: ProductContext) {
  const { db } = services
  const outcome = await restingOn(archive(db, id, context.isConfirmed, changeTermsOf(services, context)))
  switch (outcome?.type) {
    case undefined:
      return inFull(db, null)
    case 'would_revoke':
      throw problemOfPut({ code: 'would_revoke', sources: 0, everyone: true })
    case 'changed':
    case 'same':
      if (outcome.type === 'changed') await publishChange(services)
      return inFull(db, outcome.product)
  }
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

/** All users are a share as well; the seed is the product's id when it is left out. */
function shareOf(everyone: NonNullable<z.output<typeof putProductBody>['everyone']>, id: string): Share {
  return everyone === true
    ? { percent: 100, seed: id }
    : { percent: everyone.percent, seed: everyone.seed ?? id }
}

/** A product is put without a key, so that the same request may be sent again. */
function problemOfPut(refusal: ProductRefusal): ProblemError {
  if (refusal.code !== 'feature_unknown') return refusalToError(refusal)
  return new ProblemError(refusal.code, {
    detail: `Cannot find "${refusal.feature}": create the feature, then send this again`,
  })
}

/** A product with how far its last change has come. */
async function inFull(d1: D1Database, product: CatalogProduct | null) {
  if (product === null) throw new ProblemError('product_not_found')
  return { ...productToWire(product), settling: { sources: await settlingSources(d1, product.id) } }
}
