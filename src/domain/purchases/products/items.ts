import type { BilledItem, Item } from '../register/fact.ts'
import { type ProductOf, isRetired, productsOf } from './product.ts'
import type { ItemSet, Register } from '../register/register.ts'

/**
 * The items of a subscription, each by something that the catalog knows. Nothing is withdrawn because nobody has mapped
 * it yet: an item that now is of an unknown price stays what it was; and where an unknown one came instead of others, the
 * newest of them that are known are given in its place, for its period. What somebody took out of the catalog is known:
 * to give nothing.
 */
export function itemsOf(
  items: readonly BilledItem[],
  itemSets: readonly ItemSet[],
  productOf: ProductOf,
): readonly BilledItem[] {
  const isKnown = (item: Item) => productsOf(item, productOf).length > 0
  const known = items.map((item) => {
    if (isKnown(item)) return item
    const was = itemSets.flatMap((set) => set.items.filter(({ id }) => id === item.id)).find(isKnown)
    return was === undefined ? item : { ...item, product: was.product, also: was.also ?? [] }
  })
  const unknown = known.find((item) => item.product !== null && !isKnown(item))
  if (unknown === undefined) return known
  const ids = new Set(items.map(({ id }) => id))
  const replaced = itemSets
    .map((set) => set.items.filter((item) => !ids.has(item.id) && isKnown(item)))
    .find((some) => some.length > 0)
  return [...known, ...(replaced ?? []).map((item) => ({ ...item, period: unknown.period }))]
}

/** What a source sells now: what it sold before needs no mapping any more. */
export function itemsSold({ subscription, lines }: Register): readonly Item[] {
  return [...(subscription?.items ?? []), ...Object.values(lines)]
}

/** The references of the newest items and lines that the catalog does not have by any of their names. */
export function unknownReferences(items: readonly Item[], productOf: ProductOf): readonly string[] {
  const unknown = items.filter((item) => productsOf(item, productOf).every(isRetired))
  return [...new Set(unknown.flatMap(referencesOfItem))]
}

export function referencesOfItem({ product, also = [] }: Item): readonly string[] {
  return product === null ? also : [product, ...also]
}
