import type { BilledItem, Item } from '../register/fact.ts'
import type { ItemSet, Register } from '../register/register.ts'
import { type ProductOf, isRetired, productsOf } from './product.ts'

/**
 * Returns the items of a subscription, each by a reference that the catalog knows where there is one. A price that nobody
 * has mapped yet withdraws nothing:
 *
 * - an item that went over to an unknown price keeps the product of its last known price;
 * - where an unknown item came instead of others, the newest known items that went are given in its place, for its period.
 *
 * A reference that was taken out of the catalog is known: it gives nothing.
 */
export function itemsOf(
  items: readonly BilledItem[],
  itemSets: readonly ItemSet[],
  productOf: ProductOf,
): readonly BilledItem[] {
  const isMapped = (item: Item) => productsOf(item, productOf).length > 0
  const mapped = items.map((item) => {
    if (isMapped(item)) return item
    const earlier = itemSets.flatMap((set) => set.items.filter(({ id }) => id === item.id)).find(isMapped)
    return earlier === undefined ? item : { ...item, product: earlier.product, also: earlier.also ?? [] }
  })
  const unmapped = mapped.find((item) => item.product !== null && !isMapped(item))
  if (unmapped === undefined) return mapped
  const ids = new Set(items.map(({ id }) => id))
  const replaced = itemSets
    .map((set) => set.items.filter((item) => !ids.has(item.id) && isMapped(item)))
    .find((some) => some.length > 0)
  return [...mapped, ...(replaced ?? []).map((item) => ({ ...item, period: unmapped.period }))]
}

/** Returns what a source sells now; what it sold before needs no mapping any more. */
export function itemsSold({ subscription, lines }: Register): readonly Item[] {
  return [...(subscription?.items ?? []), ...Object.values(lines)]
}

/** Returns the references of items that the catalog knows by none of their references. */
export function unknownReferences(items: readonly Item[], productOf: ProductOf): readonly string[] {
  const unknown = items.filter((item) => productsOf(item, productOf).every(isRetired))
  return [...new Set(unknown.flatMap(referencesOfItem))]
}

/** Returns the provider's references that a register names: what the catalog says of them decides what its source gives. */
export function referencesOf({ itemSets, lines }: Register): readonly string[] {
  const items: readonly Item[] = [...itemSets.flatMap((set) => set.items), ...Object.values(lines)]
  return [...new Set(items.flatMap(referencesOfItem))]
}

function referencesOfItem({ product, also = [] }: Item): readonly string[] {
  return product === null ? also : [product, ...also]
}
