import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { planReference } from '../domain/purchases/plans/plan.ts'
import { givesLess } from '../domain/purchases/products/gives-less.ts'
import { itemsSold, referencesOf } from '../domain/purchases/products/items.ts'
import { type Product, type ProductOf, productsOf } from '../domain/purchases/products/product.ts'
import { referenceAccount } from '../domain/purchases/products/reference-account.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { UserId } from '../domain/values/ids.ts'
import { productKey } from '../ledger/store/memory.ts'
import { productsIn, productsQuery } from '../ledger/store/named-products.ts'
import { textToRegister } from '../ledger/store/source-row.ts'
import { askForRows } from '../platform/json-rows.ts'
import { referenceAccountIn } from '../schema/reference-account-in.ts'
import { SOURCES_MAX, takenFrom } from './product-changes.ts'
import { type ProductReference, keysIn, without } from './product-reference.ts'
import type { CatalogProduct } from './products.ts'

/** A product as it shall be. */
export type ChangedProduct = Product & Pick<CatalogProduct, 'references'>

/**
 * How many sources a change of a product would take something from, counted up to a thousand; those that have ended count
 * too. Where a purchase has several names that are mapped, the closest decides: one that is taken away may take nothing,
 * and one that is new may. Where there are more of these than are looked at, and none of those loses, all of them count:
 * nothing may be lost that nobody has confirmed.
 */
export async function losingSources(
  d1: D1Database,
  before: CatalogProduct | null,
  after: ChangedProduct,
  sourcesMax = SOURCES_MAX,
): Promise<number> {
  const referencesLost = takenFrom(before, after)
  const concerned = [...referencesLost, ...without(after.references, before?.references ?? [])]
  const byOneName = await countByOneName(d1, referencesLost, sourcesMax)
  if (byOneName >= sourcesMax) return byOneName
  const sources = await withSeveralNames(d1, concerned, sourcesMax)
  const productBefore = await productsOfSources(d1, sources)
  const stands = new Set([...after.references, planReference(after.id)].map(keyOf))
  const productAfter = (source: ProviderAccount): ProductOf => {
    const { provider } = source
    const account = referenceAccount(source)
    return (ref) => {
      if (stands.has(keyOf({ provider, account, ref }))) return after
      const product = productBefore(source)(ref)
      return product?.id === after.id ? undefined : product
    }
  }
  const losing = sources.filter((source) =>
    itemsSold(textToRegister(source.provider, source.register)).some((item) =>
      givesLess(productsOf(item, productBefore(source)), productsOf(item, productAfter(source))),
    ),
  )
  const count = byOneName + losing.length
  return count === 0 && sources.length === sourcesMax ? sourcesMax : Math.min(sourcesMax, count)
}

interface SourceOfNames {
  readonly userId: UserId
  readonly provider: string
  readonly account: string
  readonly ref: string
  readonly register: string
}

const ACCOUNT_OF_NAMED = referenceAccountIn(sql`named.provider`, sql`named.account`)

/** Another name of the same source that is mapped; a plan names products themselves. */
const OTHER_NAME = sql`source_references AS other
  WHERE other.user_id = named.user_id AND other.provider = named.provider AND other.account = named.account
    AND other.ref = named.ref AND other.reference <> named.reference
    AND (other.provider = 'api' OR EXISTS (SELECT 1 FROM product_references AS mapped
      WHERE mapped.provider = other.provider AND mapped.account = ${ACCOUNT_OF_NAMED} AND mapped.ref = other.reference))`

function named(references: readonly ProductReference[]): SQL {
  return sql`(named.provider, ${ACCOUNT_OF_NAMED}, named.reference) IN ${keysIn(references)}`
}

async function countByOneName(
  d1: D1Database,
  references: readonly ProductReference[],
  sourcesMax: number,
): Promise<number> {
  if (references.length === 0) return 0
  const row = await drizzle(d1).get<{ total: number }>(sql`
    SELECT count(*) AS total FROM (
      SELECT DISTINCT user_id, provider, account, ref FROM source_references AS named
      WHERE ${named(references)} AND NOT EXISTS (SELECT 1 FROM ${OTHER_NAME})
      LIMIT ${sourcesMax})`)
  return row.total
}

async function withSeveralNames(
  d1: D1Database,
  references: readonly ProductReference[],
  sourcesMax: number,
): Promise<readonly SourceOfNames[]> {
  if (references.length === 0) return []
  return drizzle(d1).all<SourceOfNames>(sql`
    SELECT DISTINCT sources.user_id AS userId, sources.provider, sources.account, sources.ref, sources.register
    FROM source_references AS named
    JOIN sources ON sources.user_id = named.user_id AND sources.provider = named.provider
      AND sources.account = named.account AND sources.ref = named.ref
    WHERE ${named(references)} AND EXISTS (SELECT 1 FROM ${OTHER_NAME})
    LIMIT ${sourcesMax}`)
}

/** What the names of some sources stand for now. */
async function productsOfSources(
  d1: D1Database,
  sources: readonly SourceOfNames[],
): Promise<(source: ProviderAccount) => ProductOf> {
  const names = sources.flatMap(({ provider, account, register }) => {
    const ofAccount = { provider, account: referenceAccount({ provider, account }) }
    return referencesOf(textToRegister(provider, register)).map((ref) => ({ ...ofAccount, ref }))
  })
  const byKey = new Map(names.map((name) => [keyOf(name), [name.provider, name.account, name.ref] as const]))
  const references = JSON.stringify([...byKey.values()])
  const found = productsIn(await askForRows(d1, [productsQuery], { references }))
  return (source) => (ref) =>
    found.get(keyOf({ provider: source.provider, account: referenceAccount(source), ref }))
}

function keyOf({ provider, account = '', ref }: ProductReference): string {
  return productKey(provider, account, ref)
}
