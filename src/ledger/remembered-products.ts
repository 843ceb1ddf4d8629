import type { ProductsOf } from '../domain/checkout/depending.ts'
import { referencesOf } from '../domain/checkout/gives.ts'
import type { Register } from '../domain/checkout/register.ts'
import type { UserState } from '../domain/user-state.ts'
import { type Memory, productKey } from './memory.ts'

/** The products of each provider that a memory holds. */
export function rememberedProducts({ products }: Pick<Memory, 'products'>): ProductsOf {
  return (provider) => (reference) => products.get(productKey(provider, reference))
}

/**
 * Whether the catalog was asked for all names of a register: those that the sources of a user had are looked up with the
 * user. A name that was not asked for could be of a product, and closer than one that is known.
 */
export function isLookedUp(
  { sources }: UserState,
  provider: string,
  register: Register,
  productsOf: ProductsOf,
): boolean {
  const ofProvider = [...sources.values()].filter(({ source }) => source.provider === provider)
  const known = new Set(ofProvider.flatMap((one) => referencesOf(one.register)))
  const productOf = productsOf(provider)
  return referencesOf(register).every((name) => known.has(name) || productOf(name) !== undefined)
}
