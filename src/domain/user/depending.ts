import type { Instant } from '../values/instant.ts'
import { type SourceRecord } from './user-state.ts'
import { type Beside, NOTHING_BESIDE, placeKey } from '../purchases/products/beside.ts'
import { referencesOf } from '../purchases/products/items.ts'
import { rightsIn } from '../purchases/products/purchase-rights.ts'
import { type Place, type Purchase, placesInPile } from '../purchases/products/pile.ts'
import type { Policy } from '../purchases/payments/policy.ts'
import {
  type Duration,
  type Product,
  type ProductOf,
  isRetired,
  productsOf,
} from '../purchases/products/product.ts'
import { type Register, type ReplacementRecord, coveredLines } from '../purchases/register/register.ts'
import { type SourceKey, sourceKeyText } from '../purchases/register/source-key.ts'

/** The products that an account of a provider sells, as the catalog has them at the moment. */
export type ProductsOf = (source: Pick<SourceKey, 'provider' | 'account'>) => ProductOf

type Source = Pick<SourceRecord, 'source' | 'register'>

/**
 * The sources of a user whose rights depend on other ones of theirs, by `sourceId`, each with what those say: the
 * purchases of a product that stacks, and what was changed for another purchase.
 */
export function besideBySource(
  sources: readonly Source[],
  productsOfAccount: ProductsOf,
  policy: Policy,
): ReadonlyMap<string, Beside> {
  const piles = pilesOf(sources, productsOfAccount, policy)
  const found = sources.flatMap(({ source, register }): readonly (readonly [string, Beside])[] => {
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
  return new Map(found)
}

/** A purchase in a pile, with where it stands. */
interface StackedPurchase extends Purchase {
  readonly source: string
  readonly key: string
  readonly product: string
  readonly duration: Duration
}

/** The places of each source that has any. */
function pilesOf(
  sources: readonly Source[],
  productsOfAccount: ProductsOf,
  policy: Policy,
): ReadonlyMap<string, ReadonlyMap<string, Place>> {
  const all = sources.flatMap((source) => stackedPurchasesOf(source, productsOfAccount(source.source), policy))
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

/** What was bought once of products that stack, and neither given back whole nor ended by anybody. */
function stackedPurchasesOf({ source, register }: Source, productOf: ProductOf, policy: Policy): readonly StackedPurchase[] {
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

/** What the source goes on as afterwards was not changed for anything. */
function isOfNewest({ subscription }: Register, { since }: ReplacementRecord): boolean {
  return (subscription?.startsAt ?? -Infinity) <= since
}

/**
 * When a purchase that the catalog knows of the product began, of all that began since then the first. What nobody has
 * mapped yet ends nothing.
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

/** When the periods began that are known of a subscription, and what was paid for. */
function startsOf({ subscription, periods, payments }: Register): readonly Instant[] {
  if (subscription === null || subscription.state === 'none') return []
  const told = Object.values(periods).map(({ startsAt }) => startsAt)
  const paid = Object.values(payments)
    .flatMap(coveredLines)
    .map(({ startsAt }) => startsAt)
  return [subscription.startsAt, ...told, ...paid].filter((at) => at !== null)
}
