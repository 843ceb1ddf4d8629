import type { Policy } from '../../purchases/payments/policy.ts'
import { type Beside, NOTHING_BESIDE, placeKey } from '../../purchases/products/beside.ts'
import { referencesOf } from '../../purchases/products/items.ts'
import { type Place, type Purchase, placesInPile } from '../../purchases/products/pile.ts'
import {
  type Duration,
  type Product,
  type ProductOf,
  isRetired,
  productsOf,
} from '../../purchases/products/product.ts'
import { rightsIn } from '../../purchases/products/purchase-rights.ts'
import { type Register, type ReplacementRecord, coveredLines } from '../../purchases/register/register.ts'
import { type SourceKey, sourceKeyText } from '../../purchases/register/source-key.ts'
import type { Instant } from '../../values/instant.ts'
import type { SourceRecord } from '../user-state.ts'

/** Returns the products of an account of a provider by the catalog of this moment. */
export type ProductsOf = (source: Pick<SourceKey, 'provider' | 'account'>) => ProductOf

type Source = Pick<SourceRecord, 'source' | 'register'>

/**
 * Returns, by `sourceKeyText`, what the other sources of a user change about each one: the turn of purchases of products that
 * stack, and the end of a subscription that another purchase replaces. A source that depends on no other is left out.
 */
export function besideBySource(
  sources: readonly Source[],
  productsOfAccount: ProductsOf,
  policy: Policy,
): ReadonlyMap<string, Beside> {
  const piles = pilesOf(sources, productsOfAccount, policy)
  const entries = sources.flatMap(({ source, register }): readonly (readonly [string, Beside])[] => {
    const id = sourceKeyText(source)
    const places = piles.get(id) ?? NOTHING_BESIDE.places
    const { replacedBy } = register
    if (places.size === 0 && replacedBy === null) return []
    const replacedAt =
      replacedBy === null || !isOfNewest(register, replacedBy)
        ? null
        : beginOf(replacedBy, source, sources, productsOfAccount(source))
    return [[id, { places, replacedAt }]]
  })
  return new Map(entries)
}

/** A purchase of a product that stacks, with the source and the key that it is looked up by. */
interface StackedPurchase extends Purchase {
  readonly source: string
  readonly key: string
  readonly product: string
  readonly duration: Duration
}

/** Returns the turns of each source that has some, by `placeKey`. */
function pilesOf(
  sources: readonly Source[],
  productsOfAccount: ProductsOf,
  policy: Policy,
): ReadonlyMap<string, ReadonlyMap<string, Place>> {
  const all = sources.flatMap((source) =>
    stackedPurchasesOf(source, productsOfAccount(source.source), policy),
  )
  const bySource = new Map<string, Map<string, Place>>()
  for (const purchases of Map.groupBy(all, ({ product }) => product).values()) {
    const [first] = purchases
    if (first === undefined) continue
    const places = placesInPile(purchases, first.duration)
    for (const { id, source, key } of purchases) {
      const place = places.get(id)
      const ofSource = bySource.get(source) ?? new Map<string, Place>()
      if (place !== undefined) bySource.set(source, ofSource.set(key, place))
    }
  }
  return bySource
}

/** Returns the purchases of products that stack; none that was refunded whole or that its provider ended. */
function stackedPurchasesOf(
  { source, register }: Source,
  productOf: ProductOf,
  policy: Policy,
): readonly StackedPurchase[] {
  const isStacking = (product: Product | undefined) => product?.duration?.stacks === true
  if (!referencesOf(register).some((reference) => isStacking(productOf(reference)))) return []
  const rights = rightsIn(register, productOf, policy)
  return rights.flatMap(({ item, timing, quantity, isBoughtOnce, boughtAt }) => {
    if (!isBoughtOnce || boughtAt === null || timing.endsAt !== null || quantity <= 0) return []
    return productsOf(item, productOf).flatMap(({ id: product, duration }) =>
      duration?.stacks === true
        ? [
            {
              id: JSON.stringify([sourceKeyText(source), item.id]),
              boughtAt,
              quantity,
              source: sourceKeyText(source),
              key: placeKey(product, item.id),
              product,
              duration,
            },
          ]
        : [],
    )
  })
}

/** Whether the change replaced what the source is now, and not an earlier subscription under the same id. */
function isOfNewest({ subscription }: Register, { since }: ReplacementRecord): boolean {
  return (subscription?.startsAt ?? -Infinity) <= since
}

/**
 * Returns when the replacement began: the earliest start since then of a purchase of the product by the same account, `null`
 * where there is none. A product that the catalog does not know ends nothing.
 */
function beginOf(
  { product, since }: ReplacementRecord,
  { provider, account, ref }: SourceKey,
  sources: readonly Source[],
  productOf: ProductOf,
): Instant | null {
  const isOfBuyer = ({ source }: Source) =>
    source.provider === provider && source.account === account && source.ref !== ref
  const begins = sources
    .filter((one) => isOfBuyer(one) && sells(one.register, product, productOf))
    .flatMap(({ register }) => startsOf(register).filter((at) => at >= since))
  return begins.length === 0 ? null : Math.min(...begins)
}

function sells({ itemSets }: Register, reference: string, productOf: ProductOf): boolean {
  const items = itemSets.flatMap((set) => set.items).filter(({ product }) => product === reference)
  return items.some((item) => productsOf(item, productOf).some((one) => !isRetired(one)))
}

/** Returns the starts of a subscription and of the periods that its snapshots and payments name. */
function startsOf({ subscription, periods, payments }: Register): readonly Instant[] {
  if (subscription === null || subscription.state === 'none') return []
  const ofPeriods = Object.values(periods).map(({ startsAt }) => startsAt)
  const ofPayments = Object.values(payments)
    .flatMap(coveredLines)
    .map(({ startsAt }) => startsAt)
  return [subscription.startsAt, ...ofPeriods, ...ofPayments].filter((at) => at !== null)
}
