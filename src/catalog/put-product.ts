import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type AllowanceRefusal, allowanceFor } from '../domain/entitlements/allowance.ts'
import { isMetered } from '../domain/entitlements/feature.ts'
import type { Share } from '../domain/catalog/share.ts'
import { planReference } from '../domain/purchases/plans/plan.ts'
import type { Duration, ProductFeature } from '../domain/purchases/products/product.ts'
import type { Refusal } from '../domain/user/refusal.ts'
import { need } from '../domain/values/condition.ts'
import { orderedText } from '../domain/values/json.ts'
import { type Result, err, ok } from '../domain/values/result.ts'
import { rowToFeature } from '../ledger/store/catalog/feature-row.ts'
import { d1Failure } from '../platform/d1-failure.ts'
import { inList } from '../platform/in-list.ts'
import { otherVersion } from '../schema/other-version.ts'
import { catalog, features, productReferences, products } from '../schema/catalog-tables.ts'
import { guards } from '../schema/user-tables.ts'
import { CATALOG_ROWS_MAX, isCatalogFull } from './catalog-bound.ts'
import { catalogVersion, raiseCatalogVersion } from './catalog-version.ts'
import { type ChangeTerms, logProduct } from './log-change.ts'
import { type ChangedProduct, losingSources } from './losing-sources.ts'
import { markChanged } from './product-changes.ts'
import { type ProductReference, inOrder, keysIn, shownReference, without } from './product-reference.ts'
import { type AskedFeature, type CatalogProduct, askedFeatures, productById } from './products.ts'
import { retire } from './retired-references.ts'
import { takesFromEverybody } from './takes-from-everybody.ts'

/** How often a product is looked at again because the catalog changed meanwhile. */
const ATTEMPTS_MAX = 5

export interface NewProduct extends Pick<CatalogProduct, 'id' | 'name' | 'references'> {
  readonly features: readonly AskedFeature[]
  readonly duration?: Duration | undefined
  readonly everyone?: Share | undefined
}

interface WouldRevoke {
  readonly code: 'would_revoke'
  readonly sources: number
  /** Where everybody, or a share of all users, loses something as well. */
  readonly everyone?: true
}

export type ProductRefusal =
  | Extract<Refusal, { code: 'feature_unknown' | 'feature_archived' }>
  | AllowanceRefusal
  | { readonly code: 'reference_taken'; readonly reference: ProductReference; readonly productId: string }
  | WouldRevoke
  | { readonly code: 'catalog_full'; readonly what: 'features' | 'products'; readonly limit: number }

interface Put {
  readonly isNew: boolean
  /** Whether it was another before. */
  readonly isChanged: boolean
  readonly product: CatalogProduct
  /** What stands for it from now on and did not before: events may wait for that. */
  readonly mapped: readonly ProductReference[]
}

/**
 * Creates a product or replaces what it gives, what stands for it and who has it without buying; takes it out of the archive.
 * Takes something away from what was bought, or from everybody, only when that is confirmed. Throws `VersionDiffers`.
 */
export async function putProduct(
  d1: D1Database,
  asked: NewProduct,
  confirmed: boolean,
  terms?: ChangeTerms,
): Promise<Result<Put, ProductRefusal>> {
  const product = { ...asked, references: inOrder(asked.references) }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lookAndPut(d1, product, confirmed, terms)
    } catch (error) {
      if (d1Failure(error) !== 'lost' || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

async function lookAndPut(
  d1: D1Database,
  asked: NewProduct,
  confirmed: boolean,
  terms: ChangeTerms | undefined,
): Promise<Result<Put, ProductRefusal>> {
  const db = drizzle(d1)
  const [catalogRow] = await db.select().from(catalog)
  const before = await productById(d1, asked.id)
  need(terms?.condition ?? null, before)
  if (before !== null && isSame(before, asked))
    return ok({ isNew: false, isChanged: false, product: before, mapped: [] })
  const isNew = before === null
  if (isNew && (await isCatalogFull(d1, products))) {
    return err({ code: 'catalog_full', what: 'products', limit: CATALOG_ROWS_MAX })
  }
  const typedFeatures = await withTypes(d1, asked.features)
  if (!typedFeatures.ok) return typedFeatures
  const product = { ...asked, features: typedFeatures.value }
  const refusal =
    (await referenceRefusal(d1, product)) ?? (confirmed ? null : await lossRefusal(d1, before, product))
  if (refusal !== null) return err(refusal)

  const { id, name, duration, everyone, references } = product
  const referencesBefore = before?.references ?? []
  const mapped = without(references, referencesBefore)
  // Where only the name is another, no source gives anything else: none has to be settled again.
  const named = before === null ? [] : [...referencesBefore, planReference(id)]
  const changed = before !== null && sellsTheSame(before, asked) ? [] : [...named, ...mapped]
  const row = {
    name,
    features: JSON.stringify(product.features),
    duration: duration === undefined ? null : JSON.stringify(duration),
    everyone: everyone === undefined ? null : JSON.stringify(everyone),
    archivedAt: null,
    version: catalogVersion(),
  }
  const [, , rows] = await db.batch([
    // All that was looked at is of one version of the catalog.
    db.insert(guards).select(otherVersion(catalogRow?.version ?? 0, catalogVersion())),
    raiseCatalogVersion(d1),
    db
      .insert(products)
      .values({ id, ...row })
      .onConflictDoUpdate({ target: products.id, set: row })
      .returning({ version: products.version }),
    db.delete(productReferences).where(eq(productReferences.productId, id)),
    db.insert(productReferences).select(sql`SELECT provider, account, ref, ${id} FROM ${keysIn(references)}`),
    logProduct(d1, id, terms),
    markChanged(d1, id, changed),
    ...retire(d1, without(referencesBefore, references), references),
  ])
  const version = rows[0]?.version ?? 0
  const put = { id, name, references, features: product.features, archivedAt: null, version }
  const lasting = duration === undefined ? {} : { duration }
  const given = everyone === undefined ? {} : { everyone }
  return ok({ isNew, isChanged: true, product: { ...put, ...lasting, ...given }, mapped })
}

function isSame(before: CatalogProduct, asked: NewProduct): boolean {
  return (
    before.archivedAt === null &&
    before.name === asked.name &&
    isForTheSame(before, asked) &&
    sellsTheSame(before, asked)
  )
}

function isForTheSame({ everyone }: CatalogProduct, asked: NewProduct): boolean {
  return orderedText(everyone ?? null) === orderedText(asked.everyone ?? null)
}

function sellsTheSame(before: CatalogProduct, { features, duration, references }: NewProduct): boolean {
  return (
    orderedText(before.duration ?? null) === orderedText(duration ?? null) &&
    orderedText(askedFeatures(before.features)) === orderedText(features) &&
    orderedText(before.references) === orderedText(references)
  )
}

/** Features with what of them never changes, which is kept with the product. */
async function withTypes(
  d1: D1Database,
  asked: readonly AskedFeature[],
): Promise<Result<readonly ProductFeature[], ProductRefusal>> {
  const keys = asked.map(({ feature }) => feature)
  const rows = await drizzle(d1).select().from(features).where(inList(features.key, keys))
  const typed: ProductFeature[] = []
  for (const { feature: key, ...terms } of asked) {
    const feature = rows.find((row) => row.key === key)
    if (feature === undefined) return err({ code: 'feature_unknown', feature: key })
    if (feature.archivedAt !== null) return err({ code: 'feature_archived', feature: key })
    const { value, amount, reset } = terms
    // Each purchase has an anchor of its own.
    const anchored = reset === undefined ? null : { ...reset, anchor: 0 }
    const allowance = allowanceFor(rowToFeature(feature), { value, amount, reset: anchored, period: null })
    if (!allowance.ok) return allowance
    const { type, overage, combine } = feature
    const ofMetered = isMetered(feature) ? { overage } : {}
    const given = isMetered(allowance.value) ? { ...terms, amount: allowance.value.amount } : terms
    typed.push({ feature: key, type, ...ofMetered, ...(combine === 'latest' ? {} : { combine }), ...given })
  }
  return ok(typed)
}

async function referenceRefusal(
  d1: D1Database,
  { id, references }: NewProduct,
): Promise<ProductRefusal | null> {
  const [taken] = await drizzle(d1)
    .select()
    .from(productReferences)
    .where(sql`(provider, account, ref) IN ${keysIn(references)} AND product_id <> ${id}`)
    .limit(1)
  if (taken === undefined) return null
  return { code: 'reference_taken', reference: shownReference(taken), productId: taken.productId }
}

async function lossRefusal(
  d1: D1Database,
  before: CatalogProduct | null,
  after: ChangedProduct & Pick<CatalogProduct, 'everyone'>,
): Promise<ProductRefusal | null> {
  const sources = await losingSources(d1, before, after)
  if (takesFromEverybody(before, { ...after, archivedAt: null })) {
    return { code: 'would_revoke', sources, everyone: true }
  }
  return sources === 0 ? null : { code: 'would_revoke', sources }
}
